package io.tiergate.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Cuts work into portions that memory can hold. */
public final class Portions {
    private Portions() {}

    /**
     * Cuts a list into consecutive parts, each as large as the limits allow. An item above the limit of bytes is a part of its own.
     *
     * @param mostItems 1 or more
     * @param bytes the size of an item, 0 or more
     * @return no part is empty; together they are the list
     */
    public static <T> List<List<T>> of(List<T> items, int mostItems, long mostBytes, ToLongFunction<T> bytes) {
        List<List<T>> portions = new ArrayList<>();
        int start = 0;
        long filledBytes = 0;
        for (int end = 0; end < items.size(); end++) {
            long itemBytes = bytes.applyAsLong(items.get(end));
            boolean full = end - start == mostItems || itemBytes > mostBytes - filledBytes;
            if (full && end > start) {
                portions.add(items.subList(start, end));
                start = end;
                filledBytes = 0;
            }
            filledBytes += itemBytes;
        }
        if (start < items.size()) {
            portions.add(items.subList(start, items.size()));
        }
        return portions;
    }
}
