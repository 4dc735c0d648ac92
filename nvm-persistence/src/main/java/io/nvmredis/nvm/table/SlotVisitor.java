package io.nvmredis.nvm.table;

/** Told of slots. */
@FunctionalInterface
interface SlotVisitor {

    /** Returns whether that is enough. */
    boolean isDone(long slot);
}
