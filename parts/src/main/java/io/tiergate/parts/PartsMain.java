package io.tiergate.parts;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes draws of generated parts as files: {@code PartsMain FOLDER SET...}, see {@link PartSet}. */
public final class PartsMain {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int WRONG_USAGE = 2;

    private static final String USAGE = """
            Usage: PartsMain FOLDER NAME:COUNT:SEED[:LOT]...
            Writes NAME-images-idx3-ubyte.gz and NAME-labels-idx1-ubyte.gz for each set.
            LOT is normal, or lamp, dust or supplier with a strength from 0 to 1, such as lamp:0.5.
            Example: PartsMain target/parts train:24000:1 calibration:8000:2 test:8000:3""";

    private PartsMain() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /** @return the exit status: 0, 1 if a file could not be written, 2 for wrong usage */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length > 0 && arguments[0].equals("--help")) {
            out.println(USAGE);
            return SUCCESS;
        }
        if (arguments.length < 2) {
            err.println(USAGE);
            return WRONG_USAGE;
        }
        try {
            Path folder = Path.of(arguments[0]);
            List<PartSet> sets =
                    Arrays.stream(arguments).skip(1).map(PartSet::parse).toList();
            for (PartSet set : sets) {
                set.write(folder);
                out.printf(
                        "%s: %d parts, seed %d, lot %s%n",
                        set.name(), set.count(), set.seed(), set.lot().name());
            }
            return SUCCESS;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        } catch (IOException e) {
            err.println("cannot write: " + e);
            return FAILURE;
        }
    }
}
