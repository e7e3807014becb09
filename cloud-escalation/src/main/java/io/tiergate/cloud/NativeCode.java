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
        NativeLibraries.installZstd(folder, ZstdVersion.VERSION);
    }
}
