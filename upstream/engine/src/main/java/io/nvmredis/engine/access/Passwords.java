package io.nvmredis.engine.access;

import io.nvmredis.engine.bytes.Words;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 of passwords in hexadecimal digits; a password itself is never kept. Any thread. */
final class Passwords {
    private static final int DIGITS = 64;

    /** Stands for the passwords of a user that there is not, so that a comparison takes as long as with one. */
    private static final List<String> NOBODYS = List.of("0".repeat(DIGITS));

    private Passwords() {}

    static String hash(byte[] password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    static boolean isHash(String text) {
        return text.length() == DIGITS
                && text.chars().allMatch(each -> (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f'));
    }

    /**
     * Tells whether a password is one of those whose hashes are given. The time that it takes tells nothing of them but
     * their number.
     */
    static boolean contain(List<String> hashes, byte[] password) {
        byte[] given = Words.bytes(hash(password));
        boolean isOne = false;
        for (String hash : hashes.isEmpty() ? NOBODYS : hashes) {
            isOne |= MessageDigest.isEqual(Words.bytes(hash), given);
        }
        return isOne && !hashes.isEmpty();
    }
}
