package core

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The simulation plays whole runs against a cloud, a journal and a platform
// that go wrong in every way the real ones do. Time is a bubble's, and every
// chance is drawn from the seed and from what is being done, never from the
// order in which goroutines happen to run, so that a seed always plays the same.
var (
	simSeeds = flag.Int("seeds", 2000, "how many runs TestSimulation plays: the seeds from 1 on")
	simSeed  = flag.Uint64("seed", 0, "the one seed that TestSimulation plays; 0 is all of them")
)

// TestSimulation holds for every run what simulation.check says.
func TestSimulation(t *testing.T) {
	if *simSeed > 0 {
		playSeed(t, *simSeed, &simCoverage{})
		return
	}
	all := &simCoverage{}
	t.Cleanup(func() { all.check(t) })
	for seed := uint64(1); seed <= uint64(*simSeeds); seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			playSeed(t, seed, all)
		})
	}
}

func playSeed(t *testing.T, seed uint64, all *simCoverage) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(seed)
		s.play()
		s.check()
		all.note(s)
		if len(s.wrong) == 0 {
			return
		}
		for _, w := range s.wrong {
			t.Error(w)
		}
		t.Logf("the scenario: %s", s.scenario)
		for _, line := range s.story {
			t.Log(line)
		}
		t.Logf("to play it alone: go test ./internal/core -race -run 'TestSimulation$' -seed=%d", seed)
	})
}

// simulation is one run, with the runs that it leads to.
type simulation struct {
	scenario
	seed    uint64
	begun   time.Time
	cloud   *simCloud
	journal *fakeJournal
	all     sync.WaitGroup // of everything that happens on its own

	mu     sync.Mutex
	again  []simAgain // what the log said about second calls
	events int
	ended  map[RunID]bool // runs that the platform or a sender has seen through
	waits  map[RunID]bool // runs whose person never answered
	wrong  []string
	story  []string
}

// simAgain is one log line about desktops that are called again.
type simAgain struct {
	at  time.Time
	ids []string
}

func newSimulation(seed uint64) *simulation {
	s := &simulation{seed: seed, begun: time.Now(), journal: newFakeJournal(), ended: map[RunID]bool{}, waits: map[RunID]bool{}}
	s.scenario = newScenario(s.draw("scenario"), s.begun)
	s.cloud = newSimCloud(s)
	return s
}

// draw returns the chances of one moment, which are the same whenever the same
// seed comes to the same moment.
func (s *simulation) draw(moment string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(moment)) // a hash takes everything
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

// fault notes what may not be.
func (s *simulation) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

// tell notes what happened, for whoever reads a failure.
func (s *simulation) tell(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.story = append(s.story, fmt.Sprintf("%9.3fs  ", time.Since(s.begun).Seconds())+fmt.Sprintf(format, args...))
}

// troubled says whether things may still go wrong. Trouble ends, so that a run
// can be asked to.
func (s *simulation) troubled() bool { return time.Since(s.begun) < s.troubleFor }

// play lets everything happen, until nothing more does.
func (s *simulation) play() {
	if s.haltAfter > 0 {
		s.all.Go(func() {
			time.Sleep(s.haltAfter) // in the bubble's time
			s.tell("somebody halts %s", s.first)
			_, _ = s.journal.PutHalt(context.Background(), Halt{Run: s.first, At: time.Now(), By: alice}) // the fake does not fail by itself
		})
	}
	if s.freezeAfter > 0 {
		s.all.Go(func() {
			time.Sleep(s.freezeAfter) // in the bubble's time
			s.tell("somebody freezes everything")
			_ = s.journal.PutFreeze(context.Background(), Freeze{At: time.Now(), By: alice, Until: time.Now().Add(10 * time.Minute)})
		})
	}
	s.all.Go(s.knock)
	s.all.Wait()
}

// runner is the runner of one invocation.
func (s *simulation) runner(v *invocation) *Runner {
	return &Runner{Rules: s.rules, Desktops: simDesktops{v}, Fleet: simDesktops{v}, Journal: simJournal{v}, Permit: s, Queue: simQueue{v},
		Keys: fakeKeys{}, Log: slog.New(simLog{v}), Now: time.Now, Me: Invocation{RequestID: v.id, Retry: v.retry, Deadline: v.deadline}}
}
