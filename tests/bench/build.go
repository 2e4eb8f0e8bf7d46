package main

import (
	"archive/zip"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// zipBound is the largest zip of stopdesktops, in MB: what loads slowly starts
// slowly.
const zipBound = 7

// build compiles the product as it is deployed, and the baselines by the same
// rules.
func (b *bench) build(ctx context.Context) error {
	c := exec.CommandContext(ctx, "make", "build", "VERSION=bench", "OUT="+b.dir)
	c.Env = append(os.Environ(), "MAKEFLAGS=")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("make build: %w\n%s", err, out)
	}
	for name, pkg := range map[string]string{"bare": "./tests/bench/bare", "twocalls": "./tests/bench/twocalls"} {
		c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "nethttpomithttp2", "-ldflags", "-s -w", "-o", b.path(name), pkg)
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
	}
	return nil
}

// zip measures the package as it is uploaded, without configuration.
func (b *bench) zip(context.Context) error {
	figures := map[string]float64{}
	for _, name := range []string{"stopdesktops", "slackcmd", "bare"} {
		mb, err := zipped(b.path(name))
		if err != nil {
			return err
		}
		figures[name] = mb
	}
	b.row("zip of stopdesktops", fmt.Sprintf("%.2f MB", figures["stopdesktops"]), "", figures["stopdesktops"], zipBound, " MB")
	b.row("zip of slackcmd", fmt.Sprintf("%.2f MB", figures["slackcmd"]), "", figures["slackcmd"], slackZipBound, " MB")
	fmt.Fprintf(b.out, "zip of a bare function\t%.2f MB\t\t\t\t\n", figures["bare"])
	return nil
}

// zipped returns the size of a file in a zip, in MB.
func zipped(file string) (float64, error) {
	in, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	var size counter
	w := zip.NewWriter(&size)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	entry, err := w.Create("main")
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(entry, in); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return float64(size) / 1e6, nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
