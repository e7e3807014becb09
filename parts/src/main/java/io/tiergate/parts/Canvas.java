package io.tiergate.parts;

/** Brightness on its way to an image: one number a pixel, 0 black and 1 white, though values beyond both are allowed meanwhile. */
final class Canvas {
    /** Width and height in pixels. */
    static final int SIDE = 40;

    private static final double WHITE = 255;

    /** A new value for a pixel at {@code (x, y)} from its old one. */
    @FunctionalInterface
    interface Brush {
        double paint(double x, double y, double old);
    }

    private final double[] values;

    Canvas() {
        this.values = new double[SIDE * SIDE];
    }

    void paint(Brush brush) {
        paint(new Box(0, 0, SIDE - 1, SIDE - 1), brush);
    }

    /** Paints only what lies in a box, for marks that are small. */
    void paint(Box box, Brush brush) {
        for (int y = box.top(); y <= box.bottom(); y++) {
            for (int x = box.left(); x <= box.right(); x++) {
                int i = y * SIDE + x;
                values[i] = brush.paint(x, y, values[i]);
            }
        }
    }

    /**
     * Adds to every pixel.
     *
     * @param shares how much of the amount each pixel gets, row by row
     */
    void add(double amount, double[] shares) {
        for (int i = 0; i < values.length; i++) {
            values[i] += amount * shares[i];
        }
    }

    /**
     * Softens the picture with a kernel of three pixels in both directions.
     *
     * @param share of each of the two neighbours, 0 to 1/3
     */
    void blur(double share) {
        blurAlong(share, 1, SIDE);
        blurAlong(share, SIDE, 1);
    }

    private void blurAlong(double share, int step, int lineStep) {
        for (int line = 0; line < SIDE; line++) {
            int i = line * lineStep;
            double before = values[i];
            for (int k = 0; k < SIDE; k++, i += step) {
                double here = values[i];
                double after = k + 1 < SIDE ? values[i + step] : here;
                values[i] = here + share * (before + after - 2 * here);
                before = here;
            }
        }
    }

    GreyImage toImage() {
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < pixels.length; i++) {
            double level = Math.max(0, Math.min(WHITE, values[i] * WHITE + 0.5));
            pixels[i] = (byte) (int) level;
        }
        return new GreyImage(SIDE, SIDE, pixels);
    }

    /** Pixels from {@code left} to {@code right} and {@code top} to {@code bottom}, all inclusive. */
    record Box(int left, int top, int right, int bottom) {
        /** The part on the canvas of a square around a point. */
        static Box around(double x, double y, double reach) {
            return spanning(x, y, x, y, reach);
        }

        /** The part on the canvas of what lies between two points or within {@code reach} of that. */
        static Box spanning(double fromX, double fromY, double toX, double toY, double reach) {
            return new Box(
                    lowest(Math.min(fromX, toX) - reach),
                    lowest(Math.min(fromY, toY) - reach),
                    highest(Math.max(fromX, toX) + reach),
                    highest(Math.max(fromY, toY) + reach));
        }

        private static int lowest(double value) {
            return Math.max(0, (int) Math.ceil(value));
        }

        private static int highest(double value) {
            return Math.min(SIDE - 1, (int) Math.floor(value));
        }
    }
}
