package io.nvmredis.bench.program;

/** Positional arguments of a benchmark, each with a default. */
final class PositionalArguments {
    private final String[] given;

    PositionalArguments(String[] given) {
        this.given = given.clone();
    }

    String text(int index, String otherwise) {
        return given.length > index ? given[index] : otherwise;
    }

    int number(int index, int otherwise) {
        return given.length > index ? Integer.parseInt(given[index]) : otherwise;
    }
}
