package io.nvmredis.bench;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.arm.ArmCatalog.Places;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.run.Cell;
import io.nvmredis.bench.run.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes of the options what is to be done, and names every fault of them. */
final class BenchPlans {
    private static final List<String> RESTARTED =
            List.of("rdb", "aof-everysec", "nvm-aof-emulated", "nvm-aof-libpmem", "nvm-aof-map-sync", "nvm-aof-msync");
    /** After which a JVM compiles little any more. */
    private static final int WARM_UP_SECONDS = 6;

    /** Memory that a JVM takes for a gigabyte of data in its heap. */
    private static final double HEAP_FACTOR = 2.5;

    private final BenchOptions options;
    private final List<String> faults;
    private final ArmCatalog catalog;
    private final Plan plan;

    BenchPlans(BenchOptions options, List<String> faults) {
        this.options = options;
        this.faults = faults;
        checkDirectory("--dir", options.dir);
        checkDirectory("--nvm-dir", options.nvmDir);
        if (options.before != null && !Files.isExecutable(options.before.resolve(ArmCatalog.LAUNCHER))) {
            faults.add(
                    "--before " + options.before + " has no " + ArmCatalog.LAUNCHER + ": give the root of a checkout");
        }
        catalog = catalog(options.jvmOptions);
        plan = conclude();
    }

    private void checkDirectory(String option, Path directory) {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            faults.add(option + " " + directory + " is no directory that can be written to");
        }
    }

    private ArmCatalog catalog(String jvmOptions) {
        List<String> emulation = new ArrayList<>();
        if (isSlowed()) {
            emulation.addAll(List.of("--nvm-emulate-latency-ns", Long.toString(options.emulateLatencyNanos)));
            emulation.addAll(List.of("--nvm-emulate-bandwidth", options.emulateBandwidth));
        }
        List<String> jvm = Arrays.stream(jvmOptions.trim().split("\\s+"))
                .filter(option -> !option.isEmpty())
                .toList();
        Optional<Path> before = Optional.ofNullable(options.before).map(Path::toAbsolutePath);
        return new ArmCatalog(
                new Places(options.dir.toAbsolutePath(), options.nvmDir.toAbsolutePath(), jvm, emulation, before));
    }

    private boolean isSlowed() {
        return options.emulateLatencyNanos != 0 || !options.emulateBandwidth.equals("0");
    }

    private Plan conclude() {
        boolean full = options.full;
        return new Plan(
                arms(),
                cells(),
                options.rounds > 0 ? options.rounds : full ? 7 : 3,
                options.seconds > 0 ? options.seconds : full ? 3 : 0.8,
                WARM_UP_SECONDS,
                shape(),
                options.clients,
                restartSizes(),
                options.restartValueSize,
                options.restarts > 0 ? options.restarts : full ? 5 : 1,
                options.behaviourSeconds >= 0 ? options.behaviourSeconds : full ? 15 : 4,
                options.check || full);
    }

    private List<String> arms() {
        List<String> names = options.arms.isEmpty() ? catalog.defaults() : options.arms;
        for (String name : names) {
            if (catalog.find(name).isEmpty()) {
                faults.add("there is no arm '" + name + "'; there are " + String.join(", ", catalog.names()));
            }
        }
        return names;
    }

    private DataShape shape() {
        try {
            return new DataShape(options.keys, options.valueSize, Math.max(options.valueSize, options.largeValueSize));
        } catch (IllegalArgumentException e) {
            faults.add(String.valueOf(e.getMessage()));
            return new DataShape(1, 100, 100);
        }
    }

    private List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        if (options.workloads.equals(List.of("none"))) {
            return cells;
        }
        for (String text : loads()) {
            try {
                cells.add(Cell.parse(text, options.clients));
            } catch (IllegalArgumentException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        return cells;
    }

    private List<String> loads() {
        if (options.workloads.equals(List.of("all"))) {
            return loads(Workload.values());
        }
        if (!options.workloads.isEmpty()) {
            return options.workloads;
        }
        return options.full ? loads(Workload.values()) : loads(Workload.SET, Workload.ZIPF);
    }

    private List<String> loads(Workload... workloads) {
        List<String> loads = new ArrayList<>(List.of("set@1x1"));
        options.pipelines.forEach(pipeline -> loads.add("set@" + pipeline));
        int middle = options.pipelines.get(options.pipelines.size() / 2);
        for (Workload workload : workloads) {
            switch (workload) {
                case SET -> {}
                case MULTI, LARGE -> loads.add(workload.word() + "@1");
                default -> loads.add(workload.word() + "@" + middle);
            }
        }
        loads.add("set@" + options.rate + "/s");
        return loads;
    }

    private List<Double> restartSizes() {
        List<Double> sizes = new ArrayList<>(options.restartSizes);
        if (sizes.isEmpty()) {
            sizes.addAll(options.full ? List.of(0.5, 1.0, 2.0, 4.0) : List.of(0.5));
        }
        if (options.large) {
            sizes.add(10.0);
        }
        sizes.removeIf(size -> size <= 0);
        sizes.sort(null);
        return sizes;
    }

    /** Of each family that is compared, with heaps that hold the largest data set. */
    List<Arm> restartArms() {
        double largest = plan.restartGigabytes().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        int heap = (int) Math.max(4, Math.ceil(largest * HEAP_FACTOR + 1));
        ArmCatalog withLargeHeaps = catalog("-Xmx" + heap + "g");
        List<String> names = new ArrayList<>(RESTARTED);
        names.retainAll(plan.arms());
        if (plan.arms().stream().anyMatch(arm -> arm.startsWith("redis"))) {
            names.addAll(List.of("redis-rdb", "redis-everysec"));
        }
        return names.stream()
                .map(name -> withLargeHeaps.find(name).orElseThrow())
                .toList();
    }

    ArmCatalog catalog() {
        return catalog;
    }

    Plan plan() {
        return plan;
    }

    /** For every title. */
    String media() throws IOException {
        String memory = catalog.hasPersistentMemory()
                ? "NVM at " + options.nvmDir
                : "NVM emulated in DRAM (" + options.nvmDir + ", "
                        + Files.getFileStore(options.nvmDir).type() + "), " + emulation();
        return memory + "; disk at " + options.dir + " ("
                + Files.getFileStore(options.dir).type() + ")";
    }

    private String emulation() {
        return isSlowed()
                ? options.emulateLatencyNanos + " ns added to each drain, bandwidth "
                        + (options.emulateBandwidth.equals("0") ? "not limited" : options.emulateBandwidth + "/s")
                : "no latency added";
    }

    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("rounds", Integer.toString(plan.rounds()));
        settings.put("seconds a load", Double.toString(plan.seconds()));
        settings.put("keys", Integer.toString(plan.keys().keyCount()));
        settings.put("bytes of a value", Integer.toString(plan.keys().valueLength()));
        settings.put("bytes of a large value", Integer.toString(plan.keys().largeValueLength()));
        settings.put("clients", Integer.toString(plan.clients()));
        settings.put("JVM options of all Java servers, beside the launcher's", options.jvmOptions);
        settings.put("bytes of a value in restarts", Integer.toString(plan.restartValueLength()));
        return settings;
    }

    List<String> notes() {
        return catalog.whyNots();
    }
}
