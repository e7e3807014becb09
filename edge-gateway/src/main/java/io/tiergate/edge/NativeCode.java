package io.tiergate.edge;

import com.github.luben.zstd.util.ZstdVersion;
import io.tiergate.runtime.NativeLibraries;
import java.io.IOException;
import java.nio.file.Path;

/** Unpacks the libraries of ONNX Runtime, SQLite and zstd below the data folder, before any of them is loaded. */
final class NativeCode {
    private NativeCode() {}

    static void install(Path folder) throws IOException {
        NativeLibraries.installOnnxRuntime(folder);
        sqlite(folder);
        NativeLibraries.installZstd(folder, ZstdVersion.VERSION);
    }

    private static void sqlite(Path folder) throws IOException {
        String platform = NativeLibraries.operatingSystem("Linux", "Mac", "Windows") + "/"
                + NativeLibraries.architecture("x86_64", "aarch64");
        String library = System.mapLibraryName("sqlitejdbc");
        Path target = folder.resolve("sqlite-" + org.sqlite.SQLiteJDBCLoader.getVersion());
        NativeLibraries.install("org/sqlite/native/" + platform + "/" + library, target.resolve(library));
        System.setProperty("org.sqlite.lib.path", target.toAbsolutePath().toString());
        System.setProperty("org.sqlite.lib.name", library);
    }
}
