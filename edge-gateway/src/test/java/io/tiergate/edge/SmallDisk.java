package io.tiergate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of its own, which can be filled and broken without harm to others: only the processes that are started {@link #within} it
 * see it, and it is gone with the last of them. It takes root to make one.
 */
final class SmallDisk implements AutoCloseable {
    /** Keeps the mounts for as long as its standard input is open. */
    private final Process keeper;

    private final Path place;

    private SmallDisk(Process keeper, Path place) {
        this.keeper = keeper;
        this.place = place;
    }

    /** Whether this machine and this user can make one. */
    static boolean isPossible() throws IOException, InterruptedException {
        Process trial = new ProcessBuilder(
                        "unshare", "--mount", "--propagation", "private", "sh", "-c", "mount -t tmpfs tmpfs /mnt")
                .redirectErrorStream(true)
                .start();
        trial.getInputStream().readAllBytes();
        return trial.waitFor() == 0;
    }

    /**
     * Memory with a limit: once that is reached, nothing can be written.
     *
     * @param place a folder that is there
     */
    static SmallDisk withLimit(Path place, int mebibytes) throws IOException {
        return mounted(place, "mount -t tmpfs -o size=%dm tmpfs '%s'".formatted(mebibytes, place));
    }

    /**
     * A disk that has promised more room than there is behind it, as thinly provisioned ones do: once {@link #fill} has taken that, what is
     * forced to it is lost, with an error, and its file system takes nothing any more.
     *
     * @param place a folder that is there
     * @param behind another, for what is behind
     */
    static SmallDisk promisingTooMuch(Path place, Path behind, int mebibytes) throws IOException {
        return mounted(place, """
                mount -t tmpfs -o size=%2$dm tmpfs '%3$s' && truncate -s %4$dm '%3$s/image' \\
                && mkfs.ext4 -q -E nodiscard '%3$s/image' && mount -o loop '%3$s/image' '%1$s'""".formatted(place, mebibytes, behind, 4 * mebibytes));
    }

    private static SmallDisk mounted(Path place, String script) throws IOException {
        Process keeper = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        script + " && echo mounted && exec cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = keeper.inputReader(UTF_8);
        if (!"mounted".equals(output.readLine())) {
            throw new IOException("cannot mount: " + script);
        }
        return new SmallDisk(keeper, place);
    }

    /** What to put in front of a command so that it sees this disk. */
    List<String> within() {
        return List.of("nsenter", "--mount=/proc/%d/ns/mnt".formatted(keeper.pid()), "--");
    }

    /** Takes all the room that is left below a folder. */
    void fill(Path folder) throws IOException, InterruptedException {
        run("dd if=/dev/zero of='%1$s/filler' bs=64k; dd if=/dev/zero of='%1$s/rest' bs=1k".formatted(folder));
        if (Files.size(seen(folder.resolve("filler"))) == 0) {
            throw new IOException("nothing was left to fill below " + folder);
        }
    }

    void makeRoom(Path folder) throws IOException {
        Files.delete(seen(folder.resolve("filler")));
        Files.delete(seen(folder.resolve("rest")));
    }

    /** Takes the file system away and brings it back, as a new start of the machine does: what was in memory alone is lost. */
    void mountAgain(Path behind) throws IOException, InterruptedException {
        run("umount '%1$s' && mount -o loop '%2$s/image' '%1$s'".formatted(place, behind));
    }

    private Path seen(Path inside) {
        return Path.of("/proc/%d/root".formatted(keeper.pid()) + inside);
    }

    private void run(String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(within());
        command.addAll(List.of("sh", "-c", script));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        process.waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        keeper.getOutputStream().close();
        if (!keeper.waitFor(10, TimeUnit.SECONDS)) {
            keeper.destroyForcibly();
        }
    }
}
