package io.tiergate.cloud;

import com.github.luben.zstd.util.ZstdVersion;
import io.tiergate.runtime.NativeLibraries;
import java.io.IOException;
import java.nio.file.Path;

/** Puts native libraries into the data folder, before anything loads them from the temporary one. */
final class NativeCode {
    private NativeCode() {}

    /**
     * @throws IOException if the folder cannot be written, or a library does not support this platform
     */
    static void install(Path dataDir) throws IOException {
        Path folder = dataDir.resolve("native");
        NativeLibraries.installOnnxRuntime(folder);
        installZstd(folder);
    }

    private static void installZstd(Path folder) throws IOException {
        String library = System.mapLibraryName("zstd-jni-" + ZstdVersion.VERSION);
        String platform = NativeLibraries.operatingSystem("linux", "darwin", "win") + "/"
                + NativeLibraries.architecture("amd64", "aarch64");
        Path file = folder.resolve("zstd-" + ZstdVersion.VERSION).resolve(library);
        NativeLibraries.install(platform + "/" + library, file);
        System.setProperty("ZstdNativePath", file.toAbsolutePath().toString());
    }
}
