package io.nvmredis.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingReaderTest {
    private static final PersisterSetting FLAG = new PersisterSetting("flag", "no", "");
    private static final PersisterSetting COUNT = new PersisterSetting("count", "7", "");
    private static final PersisterSetting SIZE = new PersisterSetting("size", "2mb", "");
    private static final PersisterSetting UNIT = new PersisterSetting("unit", "days", "");
    private static final PersisterSetting FILE = new PersisterSetting("file", "a.rdb", "");

    @Test
    void shouldReadDefaultsOfWhatIsNotGiven() {
        SettingReader reader = new SettingReader(Map.of());
        assertThat(reader.isYes(FLAG)).isFalse();
        assertThat(reader.number(COUNT, 0, 10)).isEqualTo(7);
        assertThat(reader.size(SIZE, 0, SettingReader.UNBOUNDED)).isEqualTo(2 << 20);
        assertThat(reader.choice(UNIT, TimeUnit.values())).isEqualTo(TimeUnit.DAYS);
        assertThat(reader.name(FILE)).isEqualTo("a.rdb");
        reader.check();
    }

    @Test
    void shouldReadWhatIsGivenInCapitalsAndWithBlanksAround() {
        SettingReader reader =
                new SettingReader(Map.of("flag", "YES", "count", " 10 ", "size", "1KB", "unit", "Hours", "file", " a"));
        assertThat(reader.isYes(FLAG)).isTrue();
        assertThat(reader.number(COUNT, 0, 10)).isEqualTo(10);
        assertThat(reader.size(SIZE, 1024, 1024)).isEqualTo(1024);
        assertThat(reader.choice(UNIT, TimeUnit.values())).isEqualTo(TimeUnit.HOURS);
        assertThat(reader.name(FILE)).isEqualTo(" a");
        reader.check();
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad(FLAG, "maybe", "one of these: yes, no", SettingReader::isYes),
                bad(FLAG, "", "one of these: yes, no", SettingReader::isYes),
                bad(COUNT, "11", "a whole number from 1 to 10", (reader, each) -> reader.number(each, 1, 10)),
                bad(COUNT, "0", "a whole number from 1 to 10", (reader, each) -> reader.number(each, 1, 10)),
                bad(COUNT, "x", "a whole number from 1 to 10", (reader, each) -> reader.number(each, 1, 10)),
                bad(
                        SIZE,
                        "1mb",
                        "a size from 2mb to 1gb, such as 64mb",
                        (reader, each) -> reader.size(each, 2 << 20, 1 << 30)),
                bad(
                        SIZE,
                        "3kb",
                        "a size from 1kb to 2kb, such as 2kb",
                        (reader, each) -> reader.size(each, 1 << 10, 2 << 10)),
                bad(
                        SIZE,
                        "0",
                        "a size of 1gb or more, such as 1gb",
                        (reader, each) -> reader.size(each, 1 << 30, SettingReader.UNBOUNDED)),
                bad(
                        SIZE,
                        "much",
                        "a size, such as 64mb",
                        (reader, each) -> reader.size(each, 0, SettingReader.UNBOUNDED)),
                bad(
                        SIZE,
                        "1",
                        "0 or a size of 1mb or more, such as 64mb",
                        (reader, each) -> reader.sizeOrZero(each, 1 << 20, SettingReader.UNBOUNDED)),
                bad(UNIT, "c", "one of these: a, b", (reader, each) -> reader.choice(each, List.of("a", "b"))),
                bad(FILE, "", "a name without a path, such as a.rdb", SettingReader::name),
                bad(FILE, "a/b", "a name without a path, such as a.rdb", SettingReader::name),
                bad(FILE, "..", "a name without a path, such as a.rdb", SettingReader::name),
                bad(FILE, "a\0", "a name without a path, such as a.rdb", SettingReader::name));
    }

    private static Arguments bad(
            PersisterSetting setting, String value, String expected, BiConsumer<SettingReader, PersisterSetting> read) {
        return Arguments.of(setting, value, expected, read);
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void shouldSayWhatAValueIsNot(
            PersisterSetting setting, String value, String expected, BiConsumer<SettingReader, PersisterSetting> read) {
        SettingReader reader = new SettingReader(Map.of(setting.name(), value));
        read.accept(reader, setting);
        String fault = setting.name() + " '" + value + "' is not " + expected;
        assertThat(reader.faults()).containsExactly(fault);
        assertThat(reader.firstFault()).isEqualTo(fault);
    }

    @Test
    void shouldTakeZeroWhereItStandsForNone() {
        assertThat(new SettingReader(Map.of("size", "0")).sizeOrZero(SIZE, 1 << 20, 1 << 30))
                .isZero();
    }

    @Test
    void shouldNameEveryFaultAtOnce() {
        SettingReader reader = new SettingReader(Map.of("flag", "x", "count", "x"));
        reader.isYes(FLAG);
        reader.number(COUNT, 0, 1);
        reader.add("it rains");
        assertThatThrownBy(reader::check)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "flag 'x' is not one of these: yes, no",
                                        "count 'x' is not a whole number from 0 to 1",
                                        "it rains"));
    }
}
