// Package pack makes and changes the code packages that Function Compute runs.
//
// A package is a zip with the function's program, named main, and the
// deployment's configuration in the folder config beside it, where the program
// looks for it. The same program and the same configuration give the same bytes
// on any machine and from any folder: names are sorted, times and modes are
// fixed, nothing of the host goes in. What the compressor makes of a file may
// change from one release of Go to the next, and so may the program itself;
// compare packages that the same release of Go has made.
//
// Write makes a package from a program that was just built. Repack puts another
// configuration into a package that was released, and needs no compiler. Both
// do everything in memory and write only when all of it is right. Beside a
// package go its bill of materials (SBOM) and its checksums (Checksums), by which
// VersionIn and Sums tell later what it is.
package pack
