package io.nvmredis.engine.script;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * A table that scripts can only read. It is filled and then sealed; a sealed table is shared by all scripts of all
 * threads.
 *
 * <p>Every method of LuaJ that changes a table is overridden: {@code SandboxTest} tries them all.
 */
class ReadonlyTable extends LuaTable {
    private static final String READONLY = "Attempt to modify a readonly table";

    private boolean isSealed;

    final ReadonlyTable seal() {
        isSealed = true;
        return this;
    }

    private void requireOpen() {
        if (isSealed) {
            throw ScriptRun.current().innerFailure(READONLY);
        }
    }

    @Override
    public LuaValue setmetatable(@Nullable LuaValue metatable) {
        requireOpen();
        return super.setmetatable(metatable);
    }

    @Override
    public void set(int key, LuaValue value) {
        requireOpen();
        super.set(key, value);
    }

    @Override
    public void set(LuaValue key, LuaValue value) {
        requireOpen();
        super.set(key, value);
    }

    @Override
    public void rawset(int key, LuaValue value) {
        requireOpen();
        super.rawset(key, value);
    }

    @Override
    public void rawset(LuaValue key, LuaValue value) {
        requireOpen();
        super.rawset(key, value);
    }

    @Override
    public void hashset(LuaValue key, LuaValue value) {
        requireOpen();
        super.hashset(key, value);
    }

    @Override
    public LuaValue remove(int position) {
        requireOpen();
        return super.remove(position);
    }

    @Override
    public void insert(int position, LuaValue value) {
        requireOpen();
        super.insert(position, value);
    }

    @Override
    public void sort(LuaValue comparator) {
        requireOpen();
        super.sort(comparator);
    }

    @Override
    public void presize(int arrayLength) {
        requireOpen();
        super.presize(arrayLength);
    }

    @Override
    public void presize(int arrayLength, int hashLength) {
        requireOpen();
        super.presize(arrayLength, hashLength);
    }
}
