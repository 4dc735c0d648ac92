package io.nvmredis.bench.load;

/**
 * What the operations of all arms are made from.
 *
 * @param keyCount keys that are chosen from
 * @param valueLength bytes of a value, at least {@value RespWriter#NAME_LENGTH}
 * @param largeValueLength bytes of a large one
 */
public record DataShape(int keyCount, int valueLength, int largeValueLength) {
    public DataShape {
        if (keyCount < 1 || valueLength < RespWriter.NAME_LENGTH || largeValueLength < valueLength) {
            throw new IllegalArgumentException("one key at least, and values of " + RespWriter.NAME_LENGTH
                    + " bytes at least, the large ones no shorter than the others; not " + keyCount + ", "
                    + valueLength + ", " + largeValueLength);
        }
    }
}
