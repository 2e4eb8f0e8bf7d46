package journal

import (
	"encoding/json"
	"errors"
	"fmt"

	"stopdesktops/internal/core"
)

// conceal returns the sealed form of a record's confidential part, or nothing
// where there is none.
func (j *Journal) conceal(run core.RunID, purpose, key string, part map[string]string) (string, error) {
	if len(part) == 0 {
		return "", nil
	}
	plain, err := json.Marshal(part)
	if err != nil {
		return "", unusable(key, err)
	}
	sealed, err := j.sealer.Seal(run, purpose, plain)
	if err != nil {
		return "", unusable(key, err)
	}
	return sealed, nil
}

// reveal opens what conceal sealed for the same run and purpose.
func (j *Journal) reveal(run core.RunID, purpose, key, sealed string) (map[string]string, error) {
	if sealed == "" {
		return nil, nil
	}
	plain, err := j.sealer.Open(run, purpose, sealed)
	if errors.Is(err, core.ErrOtherDoor) {
		return nil, otherDoor(key, run, err)
	}
	if err != nil {
		return nil, corrupt(key, fmt.Errorf("open its confidential part: %w", err))
	}
	var part map[string]string
	if err := json.Unmarshal(plain, &part); err != nil {
		// The decoder's text may quote what it read.
		return nil, corrupt(key, errors.New("its confidential part is not an object of strings"))
	}
	return part, nil
}
