package io.tiergate.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Unpacks native libraries once into a folder that stays, instead of into the temporary folder at every start, where a killed
 * JVM would leave them behind. ONNX Runtime makes an empty folder in the temporary one all the same, so that on a read-only
 * root file system {@code -Djava.io.tmpdir} has to lead to a folder that can be written.
 */
public final class NativeLibraries {
    private NativeLibraries() {}

    /**
     * Unpacks ONNX Runtime's libraries below a folder and points ONNX Runtime at them. Has no effect once ONNX Runtime is
     * loaded, or where {@code onnxruntime.native.path} is set already.
     *
     * @param folder made if it is missing
     * @throws IOException if the folder cannot be written
     */
    public static void installOnnxRuntime(Path folder) throws IOException {
        if (System.getProperty("onnxruntime.native.path") != null) {
            return;
        }
        String platform = operatingSystem("linux", "osx", "win") + "-" + architecture("x64", "aarch64");
        Path target = folder.resolve("onnxruntime-" + version());
        for (String library : new String[] {"onnxruntime", "onnxruntime4j_jni"}) {
            String file = System.mapLibraryName(library);
            install("ai/onnxruntime/native/" + platform + "/" + file, target.resolve(file));
        }
        System.setProperty("onnxruntime.native.path", target.toAbsolutePath().toString());
    }

    /**
     * Unpacks zstd's library below a folder and points zstd-jni, which Kafka's client compresses with, at it. Has no effect once that
     * is loaded.
     *
     * @param version zstd-jni's own
     * @throws IOException if the folder cannot be written
     */
    public static void installZstd(Path folder, String version) throws IOException {
        String library = System.mapLibraryName("zstd-jni-" + version);
        String platform = operatingSystem("linux", "darwin", "win") + "/" + architecture("amd64", "aarch64");
        Path file = folder.resolve("zstd-" + version).resolve(library);
        install(platform + "/" + library, file);
        System.setProperty("ZstdNativePath", file.toAbsolutePath().toString());
    }

    /**
     * Copies a resource of the class path to a file unless a file of the same size is there. Safe against a crash and
     * against another process doing the same: the file appears whole or not at all.
     *
     * @throws IOException if the resource is missing, for instance on a platform that the library does not support
     */
    public static void install(String resource, Path file) throws IOException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        var url = loader.getResource(resource);
        if (url == null) {
            url = NativeLibraries.class.getClassLoader().getResource(resource);
        }
        if (url == null) {
            throw new IOException(
                    "native library " + resource + " is not on the class path: this platform is not supported by it");
        }
        var connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            if (Files.exists(file) && Files.size(file) == connection.getContentLengthLong()) {
                return;
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path unfinished = Files.createTempFile(
                    file.toAbsolutePath().getParent(), file.getFileName().toString(), ".part");
            try {
                Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        }
    }

    /** This platform's operating system in a library's own words. */
    public static String operatingSystem(String linux, String mac, String windows) {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.contains("mac") ? mac : name.contains("win") ? windows : linux;
    }

    /** This platform's processor in a library's own words. */
    public static String architecture(String x86, String arm) {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") || name.equals("arm64") ? arm : x86;
    }

    /** ONNX Runtime's version without loading it: from its jar's name, since its manifest carries none. */
    private static String version() {
        String path = ai.onnxruntime.OnnxJavaType.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        var matcher = java.util.regex.Pattern.compile("onnxruntime[^/]*-(\\d[\\w.]*)\\.jar")
                .matcher(path);
        return matcher.find() ? matcher.group(1) : "unknown";
    }
}
