/**
 * Model packages: the folders of a model repository, their manifests and digests.
 *
 * <p>A package that is broken is refused with one sentence for the person who made it and never stops another package
 * from being served.
 */
package io.tiergate.model;
