package io.nvmredis.engine.script;

import io.nvmredis.engine.script.Frames.Frame;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/**
 * Errors of the interpreter in Lua's words. LuaJ words them otherwise and does not name the value at fault, so this
 * class looks at the instruction that failed.
 */
final class VmErrors {
    /** Separator of place and message in the text that {@link #describe} hands to {@link #translate} through LuaJ. */
    private static final char SEPARATOR = '\u0001';

    private VmErrors() {}

    /** Describes the current instruction of a function: its place, and its error in Lua's words if that is known. */
    static String describe(Frame frame) {
        Place place = frame.place();
        String fault = fault(frame);
        return "" + place.line() + SEPARATOR + place.prefix() + SEPARATOR + (fault == null ? "" : fault);
    }

    /** Makes the error that a script sees of an error that LuaJ has raised. */
    static ScriptError translate(LuaError error, @Nullable Place leftAt, String leftFault) {
        String text = String.valueOf(error.getMessage());
        int end = text.lastIndexOf('\n');
        String[] parts = text.substring(end + 1).split(String.valueOf(SEPARATOR), -1);
        if (end < 0 && leftAt != null) {
            // The error happened after a tail call had left the function.
            String message = leftFault.isEmpty() ? inLuasWords(text) : leftFault;
            return new ScriptError(LuaText.of(leftAt.prefix() + message), leftAt);
        }
        if (end < 0 || parts.length != 3) {
            return new ScriptError(LuaText.of(inLuasWords(text)), Place.UNKNOWN);
        }
        int line = Integer.parseInt(parts[0]);
        String message = parts[2];
        if (message.isEmpty()) {
            String found = text.substring(0, end);
            int colon = found.indexOf(":" + line + " ");
            message = inLuasWords(colon < 0 ? found : found.substring(colon + 2 + parts[0].length()));
        }
        String source = parts[1].startsWith("user_function:") ? "@user_function" : "@user_script";
        Place place = new Place(LuaText.of(source), line);
        return new ScriptError(LuaText.of(parts[1] + message), place);
    }

    private static String inLuasWords(String message) {
        return message.startsWith("vm error: ") ? "internal error: " + message.substring(10) : message;
    }

    private static @Nullable String fault(Frame frame) {
        int instruction = frame.code[frame.pc];
        int a = (instruction >>> 6) & 0xff;
        int b = instruction >>> 23;
        int c = (instruction >>> 14) & 0x1ff;
        switch (instruction & 0x3f) {
            case Lua.OP_GETTABUP -> {
                return indexing(upvalue(frame, b), named("upvalue", upvalueName(frame, b)));
            }
            case Lua.OP_SETTABUP -> {
                return indexing(upvalue(frame, a), named("upvalue", upvalueName(frame, a)));
            }
            case Lua.OP_GETTABLE -> {
                return indexing(frame.stack[b], nameOf(frame, b));
            }
            case Lua.OP_SELF -> {
                return indexing(frame.stack[a + 1], nameOf(frame, b));
            }
            case Lua.OP_SETTABLE -> {
                return setting(frame, a, b);
            }
            case Lua.OP_CALL, Lua.OP_TAILCALL -> {
                return isCallable(frame.stack[a]) ? null : fault("call", frame.stack[a], nameOf(frame, a));
            }
            case Lua.OP_UNM -> {
                return arithmetic(frame, b, b);
            }
            case Lua.OP_ADD, Lua.OP_SUB, Lua.OP_MUL, Lua.OP_DIV, Lua.OP_MOD, Lua.OP_POW -> {
                return arithmetic(frame, b, c);
            }
            case Lua.OP_LEN -> {
                return fault("get length of", frame.stack[b], nameOf(frame, b));
            }
            case Lua.OP_CONCAT -> {
                return concatenation(frame, b, c);
            }
            case Lua.OP_LT, Lua.OP_LE -> {
                return comparison(operand(frame, b), operand(frame, c));
            }
            default -> {
                return null;
            }
        }
    }

    private static @Nullable String indexing(LuaValue indexed, String name) {
        return indexed.istable() || indexed.isstring() ? null : fault("index", indexed, name);
    }

    private static @Nullable String setting(Frame frame, int a, int b) {
        LuaValue indexed = frame.stack[a];
        if (!indexed.istable()) {
            return fault("index", indexed, nameOf(frame, a));
        }
        LuaValue key = operand(frame, b);
        if (key.isnil()) {
            return "table index is nil";
        }
        return key.type() == LuaValue.TNUMBER && Double.isNaN(key.todouble()) ? "table index is NaN" : null;
    }

    /** Returns what is wrong with the tail call of this function; empty if nothing is. */
    static String uncallable(Frame frame) {
        int a = (frame.code[frame.pc] >>> 6) & 0xff;
        LuaValue called = frame.stack[a];
        return isCallable(called) ? "" : fault("call", called, nameOf(frame, a));
    }

    private static boolean isCallable(LuaValue value) {
        return value.isfunction()
                || (value.istable() && !value.metatag(LuaValue.CALL).isnil());
    }

    private static @Nullable String arithmetic(Frame frame, int left, int right) {
        int at = LuaNumbers.asNumber(operand(frame, left)).isnil() ? left : right;
        LuaValue value = operand(frame, at);
        return LuaNumbers.asNumber(value).isnil()
                ? fault("perform arithmetic on", value, at > 0xff ? "" : nameOf(frame, at))
                : null;
    }

    /** Returns the error of a concatenation: it names the rightmost value that is neither string nor number. */
    private static @Nullable String concatenation(Frame frame, int first, int last) {
        for (int i = last; i >= first; i--) {
            if (!frame.stack[i].isstring()) {
                return fault("concatenate", frame.stack[i], nameOf(frame, i));
            }
        }
        return null;
    }

    private static String comparison(LuaValue left, LuaValue right) {
        return left.typename().equals(right.typename())
                ? "attempt to compare two " + left.typename() + " values"
                : "attempt to compare " + left.typename() + " with " + right.typename();
    }

    private static String fault(String deed, LuaValue value, String name) {
        return "attempt to " + deed + " "
                + (name.isEmpty() ? "a " + value.typename() + " value" : name + " (a " + value.typename() + " value)");
    }

    private static LuaValue operand(Frame frame, int index) {
        return index > 0xff ? closure(frame).p.k[index & 0xff] : frame.stack[index];
    }

    private static LuaValue upvalue(Frame frame, int index) {
        return closure(frame).upValues[index].getValue();
    }

    private static LuaClosure closure(Frame frame) {
        LuaClosure closure = frame.closure;
        if (closure == null) {
            throw new IllegalStateException();
        }
        return closure;
    }

    private static String named(String kind, @Nullable LuaString name) {
        return name == null ? "" : kind + " '" + LuaText.of(name) + "'";
    }

    private static @Nullable LuaString upvalueName(Frame frame, int index) {
        return closure(frame).p.upvalues[index].name;
    }

    private static String nameOf(Frame frame, int register) {
        return nameOf(frame, register, frame.pc);
    }

    private static String nameOf(Frame frame, int register, int pc) {
        Prototype prototype = closure(frame).p;
        LuaString local = prototype.getlocalname(register + 1, pc);
        if (local != null) {
            return named("local", local);
        }
        int setter = setterOf(prototype, register, pc);
        if (setter < 0) {
            return "";
        }
        int instruction = prototype.code[setter];
        int b = instruction >>> 23;
        int c = (instruction >>> 14) & 0x1ff;
        return switch (instruction & 0x3f) {
            case Lua.OP_MOVE -> b < register ? nameOf(frame, b, setter) : "";
            case Lua.OP_GETTABUP -> named(isGlobal(frame, b) ? "global" : "field", constant(prototype, c));
            case Lua.OP_GETTABLE -> named("field", constant(prototype, c));
            case Lua.OP_GETUPVAL -> named("upvalue", upvalueName(frame, b));
            case Lua.OP_SELF -> named("method", constant(prototype, c));
            default -> "";
        };
    }

    private static boolean isGlobal(Frame frame, int upvalue) {
        LuaString name = upvalueName(frame, upvalue);
        return name != null && LuaText.of(name).equals("_ENV");
    }

    private static @Nullable LuaString constant(Prototype prototype, int operand) {
        return operand > 0xff && prototype.k[operand & 0xff] instanceof LuaString string ? string : null;
    }

    /** Returns the index of the last instruction before {@code before} that has certainly set the register, or -1. */
    @SuppressWarnings("StatementSwitchToExpressionSwitch") // many opcodes share one arm
    private static int setterOf(Prototype prototype, int register, int before) {
        int setter = -1;
        int certainFrom = 0;
        for (int pc = 0; pc < before; pc++) {
            int instruction = prototype.code[pc];
            int a = (instruction >>> 6) & 0xff;
            boolean sets;
            switch (instruction & 0x3f) {
                case Lua.OP_LOADNIL:
                    sets = a <= register && register <= a + (instruction >>> 23);
                    break;
                case Lua.OP_TFORCALL:
                    sets = register >= a + 2;
                    break;
                case Lua.OP_CALL:
                case Lua.OP_TAILCALL:
                    sets = register >= a;
                    break;
                case Lua.OP_JMP:
                    int target = pc + 1 + (instruction >>> 14) - Lua.MAXARG_sBx;
                    if (pc < target && target <= before) {
                        certainFrom = Math.max(certainFrom, target);
                    }
                    sets = false;
                    break;
                case Lua.OP_TEST:
                case Lua.OP_SETTABUP:
                case Lua.OP_SETUPVAL:
                case Lua.OP_SETTABLE:
                case Lua.OP_EQ:
                case Lua.OP_LT:
                case Lua.OP_LE:
                case Lua.OP_RETURN:
                case Lua.OP_SETLIST:
                case Lua.OP_FORPREP:
                case Lua.OP_TFORLOOP:
                    sets = false;
                    break;
                case Lua.OP_SELF:
                    sets = register == a || register == a + 1;
                    break;
                default:
                    sets = register == a;
            }
            if (sets) {
                setter = pc < certainFrom ? -1 : pc;
            }
        }
        return setter;
    }
}
