package io.nvmredis.nvm.table;

/** Receives slots. */
@FunctionalInterface
interface SlotVisitor {

    /** Takes a slot. Returns whether no more are wanted. */
    boolean isDone(long slot);
}
