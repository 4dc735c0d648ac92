package io.nvmredis.rdb;

/** Skips the data of a module, each part of which begins with its kind. */
final class ModuleSkipper {
    private static final String CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int NAME_LENGTH = 9;
    /** Bits of the version of the encoding, which stands below the name; the name takes 6 bits per character. */
    private static final int VERSION_BITS = 10;

    private ModuleSkipper() {}

    /** Returns the name in the id of a module's type. */
    static String name(long id) {
        StringBuilder name = new StringBuilder(NAME_LENGTH);
        for (int i = NAME_LENGTH - 1; i >= 0; i--) {
            name.append(CHARACTERS.charAt((int) (id >>> (VERSION_BITS + i * 6)) & 63));
        }
        return name.toString();
    }

    static void skip(RdbInput input) {
        long part = input.readLength();
        while (part != RdbFormat.MODULE_EOF) {
            skipPart(part, input);
            part = input.readLength();
        }
    }

    private static void skipPart(long part, RdbInput input) {
        if (part == RdbFormat.MODULE_SIGNED || part == RdbFormat.MODULE_UNSIGNED) {
            input.readLength();
        } else if (part == RdbFormat.MODULE_FLOAT) {
            input.skip(Float.BYTES);
        } else if (part == RdbFormat.MODULE_DOUBLE) {
            input.skip(Double.BYTES);
        } else if (part == RdbFormat.MODULE_STRING) {
            input.skipString();
        } else {
            throw input.corrupt("the unknown part " + Long.toUnsignedString(part) + " of a module's data");
        }
    }
}
