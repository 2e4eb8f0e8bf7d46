package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is rows of cells under a heading. Columns are as wide as their widest
// cell, and empty ones are left out.
type table struct {
	heading []string
	rows    [][]string
}

func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = oneLine(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// gap is what stands between two columns.
const gap = "  "

func (t *table) print(w io.Writer) error {
	if len(t.rows) == 0 {
		return nil
	}
	wide := make([]int, len(t.heading))
	for i := range t.heading {
		for _, row := range t.rows {
			wide[i] = max(wide[i], width(row[i]))
		}
		if wide[i] > 0 {
			wide[i] = max(wide[i], width(t.heading[i]))
		}
	}
	for _, row := range append([][]string{t.heading}, t.rows...) {
		var line strings.Builder
		for i, cell := range row {
			if wide[i] == 0 {
				continue
			}
			line.WriteString(cell + strings.Repeat(" ", wide[i]-width(cell)) + gap)
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// width is how many columns of a screen a text takes. Chinese, Japanese and
// Korean letters, in which desktops are named, take two.
func width(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
			r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x20000 && r <= 0x3fffd) {
			n++
		}
	}
	return n
}
