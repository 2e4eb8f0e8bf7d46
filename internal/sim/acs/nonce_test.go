package acs

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestNonceCache(t *testing.T) {
	var c NonceCache
	now := vectorTime
	if err := c.Use("k", "n", now); err != nil {
		t.Fatal(err)
	}
	wantCode(t, c.Use("k", "n", now), CodeSignatureNonceUsed, 400)
	if err := c.Use("other", "n", now); err != nil {
		t.Errorf("a nonce belongs to one key: %v", err)
	}
	wantCode(t, c.Use("k", "n", now.Add(nonceLife)), CodeSignatureNonceUsed, 400)
	if err := c.Use("k", "n", now.Add(nonceLife+1)); err != nil {
		t.Errorf("a nonce whose request would be too old anyway: %v", err)
	}
}

func TestNonceCacheIsBoundedByAge(t *testing.T) {
	var c NonceCache
	now := vectorTime
	for i := range 10_000 {
		now = now.Add(time.Second)
		if err := c.Use("k", fmt.Sprint(i), now); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := c.Len(), int(nonceLife/time.Second)+1; got != want {
		t.Errorf("remembers %d nonces, want %d", got, want)
	}
}

func TestNonceCacheLetsOneOfManyThrough(t *testing.T) {
	var c NonceCache
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 50 {
		wg.Go(func() {
			if c.Use("k", "n", vectorTime) == nil {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed != 1 {
		t.Errorf("%d of 50 equal nonces passed, want 1", passed)
	}
}
