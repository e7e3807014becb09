/**
 * Contact sheets: many small pictures with captions in one PNG file, because people look before they read. Needs no screen;
 * runs on the caller's thread.
 */
package io.tiergate.parts.sheet;
