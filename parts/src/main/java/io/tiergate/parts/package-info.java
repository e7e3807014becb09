/**
 * Generated pictures of machined parts: a turned ring with a keyway, sound or with one defect, as a camera over a production
 * line would see it. Owns the classes, the conditions of a lot and everything that is drawn. Stateless; any thread may call it.
 */
package io.tiergate.parts;
