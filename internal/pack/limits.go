package pack

import "fmt"

const (
	// MaxZip is the most bytes of a package. The Function Compute documentation
	// ("Limits of usage" of version 3.0) takes 500 MB from OSS and from tools,
	// and 100 MB from the API, there in Base64, which makes four bytes of three.
	// What keeps to the smallest can be deployed in every way.
	MaxZip = 75_000_000

	// MaxUnpacked is the most bytes of all files of a package. The Function
	// Compute documentation allows 500 MB of code.
	MaxUnpacked = 500_000_000

	// MaxConfig is the most bytes of all files of a configuration. The largest
	// that mean anything are lists of desktops of about half a megabyte, so
	// what is larger is another folder, named by mistake.
	MaxConfig = 16_000_000

	// MaxConfigFiles is the most files and folders of a configuration, for the
	// same reason: a large one has some dozens.
	MaxConfigFiles = 500

	// maxName is the most bytes of a file's name with its folders. File systems
	// take 255 bytes for one part of it; nobody needs as much for the whole.
	maxName = 200
)

// size says a number of bytes as people say it.
func size(n int64) string {
	if n < 1_000_000 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
}
