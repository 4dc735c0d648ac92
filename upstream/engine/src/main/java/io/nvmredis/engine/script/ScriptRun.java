package io.nvmredis.engine.script;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Globals;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.DebugLib;

/**
 * One run of a script, with its resources and its current place.
 *
 * <p>LuaJ's interpreter calls a debug library, which no script can reach, before each instruction and around each call;
 * this class is one. Its calls end a script on request, look after its memory, bound its depth, and record where errors
 * happen. Threads: the thread that runs the script and the threads of its coroutines, one at a time.
 */
final class ScriptRun extends DebugLib {
    /** Number of nested calls that Lua allows. Java's stack may be full before. */
    private static final int MAX_DEPTH = 20_000;

    private static final int LOOK_STEPS = 1_000;
    private static final int MIN_STEPS = -1_000_000;
    private static final int CONCAT = Lua.OP_CONCAT;
    private static final int OPCODE_MASK = 0x3f;
    private static final ThreadLocal<ScriptRun> CURRENT = new ThreadLocal<>();

    private final ScriptHost host;
    private boolean isResp3;
    private final boolean isReadOnly;
    private final Globals globals;
    private final LibraryHeap heap;
    private final GlobalTable table;
    private final MemoryBudget memory;
    private Frames frames = new Frames();
    private final Coroutines coroutines = new Coroutines(this);
    private final ScriptRandom random = new ScriptRandom();
    private final JsonSettings json = new JsonSettings();
    private Frames.@Nullable Frame top;
    /** Place of the function that a tail call has just left; null if none was left. */
    private @Nullable Place leftAt;
    /**
     * Lua's message if the value that the tail call called cannot be called, which LuaJ does not tell; otherwise empty.
     */
    private String leftFault = "";

    /** Tables that a function is making; nothing of the script's leads to them yet. */
    private final List<LuaTable> building = new ArrayList<>();

    /** Whether a function of a library, not the script, makes the current call. */
    private boolean isCalledByNative;

    private int steps = LOOK_STEPS;

    /**
     * Makes a run that has not begun.
     *
     * @param table globals of the script
     * @param globals what LuaJ knows of the functions that run, which have been or will be made with it
     * @param heap what the libraries of functions keep from run to run, if one of their functions runs
     */
    ScriptRun(
            ScriptHost host,
            boolean isReadOnly,
            GlobalTable table,
            Globals globals,
            LibraryHeap heap,
            long budgetBytes) {
        this.host = host;
        this.isReadOnly = isReadOnly;
        this.table = table;
        this.globals = globals;
        this.heap = heap;
        memory = new MemoryBudget(budgetBytes, heap.keptBytes(), this::addRoots);
        globals.debuglib = this;
    }

    /** Ends the run, which leaves what the libraries keep. */
    void end() {
        try {
            coroutines.endAll();
        } finally {
            memory.leaveThread();
            heap.keeps(memory.keptBytes());
            globals.debuglib = null;
            makeCurrent(null);
        }
    }

    /** Returns the run of the calling thread. */
    static ScriptRun current() {
        ScriptRun run = CURRENT.get();
        if (run == null) {
            throw new IllegalStateException("no script runs on this thread");
        }
        return run;
    }

    /** Sets the run of the calling thread from now on; null for none. */
    static void makeCurrent(@Nullable ScriptRun run) {
        if (run == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(run);
        }
    }

    /** Makes a function with the globals of this run. */
    LuaClosure closure(Prototype prototype) {
        LuaClosure closure = new LuaClosure(prototype, globals);
        closure.upValues[0] = new UpValue(new LuaValue[] {table}, 0);
        return closure;
    }

    /** Tells whether replies of commands come to the script as values of RESP3. */
    boolean isResp3() {
        return isResp3;
    }

    void useResp3(boolean isUsed) {
        isResp3 = isUsed;
    }

    ScriptHost host() {
        return host;
    }

    boolean isReadOnly() {
        return isReadOnly;
    }

    GlobalTable table() {
        return table;
    }

    MemoryBudget memory() {
        return memory;
    }

    Coroutines coroutines() {
        return coroutines;
    }

    ScriptRandom random() {
        return random;
    }

    JsonSettings json() {
        return json;
    }

    @Override
    public void onCall(LuaClosure closure, Varargs arguments, LuaValue[] stack) {
        if (frames.depth() >= MAX_DEPTH) {
            throw failure("stack overflow");
        }
        top = frames.push(closure, arguments, stack, isCalledByNative);
        leftAt = null;
        isCalledByNative = false;
        steps -= stack.length >> 3;
    }

    @Override
    public void onInstruction(int pc, Varargs passing, int end) {
        Frames.Frame frame = top;
        if (frame == null) {
            throw new IllegalStateException();
        }
        frame.pc = pc;
        frame.passing = passing;
        leftAt = null;
        if (--steps < 0) {
            look();
        }
        if ((frame.code[pc] & OPCODE_MASK) == CONCAT) {
            prepareConcatenation(frame, frame.code[pc]);
        }
    }

    @Override
    public void onReturn() {
        Frames.Frame left = top;
        if (left != null) {
            leftAt = null;
            if ((left.code[left.pc] & OPCODE_MASK) == Lua.OP_TAILCALL) {
                leftAt = left.place();
                leftFault = VmErrors.uncallable(left);
            }
        }
        frames.pop();
        top = frames.atLevel(1);
    }

    /**
     * Describes the place and Lua's message of an error of the interpreter. LuaJ calls this method where it first sees
     * the error.
     */
    @Override
    public String traceback(int level) {
        Frames.Frame frame = top;
        return frame == null ? "" : VmErrors.describe(frame);
    }

    /** Replaces numbers by Lua's texts of them, and asks for the memory that the concatenation will take. */
    private void prepareConcatenation(Frames.Frame frame, int instruction) {
        int first = instruction >>> 23;
        int last = (instruction >>> 14) & 0x1ff;
        long bytes = 0;
        for (int i = first; i <= last; i++) {
            LuaValue value = frame.stack[i];
            if (value.type() == LuaValue.TNUMBER) {
                value = LuaNumbers.text(value);
                frame.stack[i] = value;
            }
            if (value instanceof LuaString string) {
                bytes += string.m_length;
            }
        }
        memory.take(2 * bytes);
    }

    /** Counts a little work as one step. */
    void step() {
        if (--steps < 0) {
            look();
        }
    }

    /** Counts work other than instructions as so many steps. */
    void steps(long count) {
        steps = (int) Math.max(MIN_STEPS, steps - count);
        if (steps < 0) {
            look();
        }
    }

    private void look() {
        int done = LOOK_STEPS - steps;
        steps = LOOK_STEPS;
        if (host.isToEnd()) {
            throw new ScriptEnded(place(1));
        }
        memory.look(done);
    }

    /** Makes a table a root of the script's memory until {@link #built} or an error. */
    LuaTable building(LuaTable table) {
        building.add(table);
        return table;
    }

    void built() {
        building.remove(building.size() - 1);
    }

    private void addRoots(LiveSize size) {
        building.forEach(size::add);
        frames.addTo(size);
        coroutines.addTo(size);
        table.addTo(size);
        heap.addTo(size);
    }

    Frames frames() {
        return frames;
    }

    /** Switches to the calls of a coroutine, or back to those of its resumer. */
    void switchTo(Frames other) {
        frames = other;
        top = frames.atLevel(1);
        leftAt = null;
    }

    @Nullable
    Place leftAt() {
        return leftAt;
    }

    void leaveAt(@Nullable Place place) {
        leftAt = place;
    }

    /** Drops the calls deeper than {@code depth} after an error was caught. */
    void unwindTo(int depth) {
        frames.cutTo(depth);
        top = frames.atLevel(1);
        leftAt = null;
    }

    boolean isCalledByNative() {
        return isCalledByNative;
    }

    /** Calls a function on behalf of a function of a library, so that its errors do not name the script's line. */
    <T> T calledByNative(Supplier<T> action) {
        isCalledByNative = true;
        try {
            return action.get();
        } finally {
            isCalledByNative = false;
        }
    }

    /** Returns the prefix of the message of an error at this level. */
    String prefix(int level) {
        return (isCalledByNative && level == 1 ? Place.UNKNOWN : place(level)).prefix();
    }

    /** Returns the line of the function at this level; the running function has level 1. */
    Place place(int level) {
        Frames.Frame above = frames.atLevel(level - 1);
        if (leftAt == null && above != null && above.isCalledByNative) {
            return Place.UNKNOWN;
        }
        if (leftAt != null) {
            if (level == 1) {
                return leftAt;
            }
            return place(frames.atLevel(level - 1));
        }
        return place(frames.atLevel(level));
    }

    private static Place place(Frames.@Nullable Frame frame) {
        return frame == null ? Place.UNKNOWN : frame.place();
    }

    /** Makes an error of a function that the script has called. */
    ScriptError failure(String message) {
        return new ScriptError(LuaText.of(prefix(1) + message), place(1));
    }

    /** Makes an error of the interpreter. It has no place if it happened in a function that the script has called. */
    ScriptError innerFailure(String message) {
        Frames.Frame frame = top;
        int opcode = frame == null ? Lua.OP_CALL : frame.code[frame.pc] & OPCODE_MASK;
        boolean isCalled = leftAt != null || opcode == Lua.OP_CALL || opcode == Lua.OP_TAILCALL;
        return new ScriptError(LuaText.of((isCalled ? "" : prefix(1)) + message), place(1));
    }

    /** Runs an action, and turns every error that a script may see into a {@link ScriptError}. */
    <T> T guarded(Supplier<T> action) {
        int depth = frames.depth();
        int buildingBefore = building.size();
        Frames before = frames;
        try {
            return action.get();
        } catch (ScriptError e) {
            throw e;
        } catch (LuaError e) {
            throw VmErrors.translate(e, leftAt, leftFault);
        } catch (StackOverflowError e) {
            throw new ScriptError(LuaText.of(place(1).prefix() + "stack overflow"), place(1));
        } finally {
            building.subList(Math.min(buildingBefore, building.size()), building.size())
                    .clear();
            switchTo(before);
            unwindTo(Math.min(depth, frames.depth()));
        }
    }
}
