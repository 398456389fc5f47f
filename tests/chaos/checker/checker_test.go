package main

import (
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// Good and bad histories, one call a line: "<begin> <end> <json without the times>".
func verdict(t *testing.T, lines ...string) (bool, *history) {
	t.Helper()
	h, err := read(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	result, _ := check(h.groups[0], time.Minute)
	if result == porcupine.Unknown {
		t.Fatal("not decided")
	}
	return result == porcupine.Ok, h
}

const (
	create    = `{"client":1,"call":10,"return":20,"op":"create","path":"a","arg":7,"result":"ok"}`
	lost      = `{"client":1,"call":10,"return":20,"op":"create","path":"a","arg":7,"result":"unknown","status":"UNAVAILABLE: gone"}`
	removed   = `{"client":2,"call":30,"return":40,"op":"delete","path":"a","arg":8,"result":"ok"}`
	there     = `{"client":3,"call":50,"return":60,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":7,"id":1}]}`
	gone      = `{"client":3,"call":50,"return":60,"op":"status","path":"a","result":"absent"}`
	goneLater = `{"client":4,"call":70,"return":80,"op":"status","path":"a","result":"absent"}`
	listed    = `{"client":4,"call":70,"return":80,"op":"list","result":"ok","seen":[{"name":"a","tag":7,"id":1}]}`
	nothing   = `{"client":4,"call":70,"return":80,"op":"list","result":"ok","seen":[]}`
)

func TestHistories(t *testing.T) {
	mkdir := `{"client":1,"call":10,"return":20,"op":"mkdir","path":"a","arg":7,"result":"ok"}`
	inside := `{"client":1,"call":21,"return":22,"op":"create","path":"a/x","arg":9,"result":"ok"}`
	moved := `{"client":2,"call":30,"return":40,"op":"rename","path":"a","to":"b","arg":8,"result":"ok"}`
	atB := `{"client":3,"call":50,"return":60,"op":"status","path":"b/x","result":"ok","seen":[{"name":"x","tag":9,"id":4}]}`
	atA := `{"client":3,"call":50,"return":60,"op":"status","path":"a/x","result":"ok","seen":[{"name":"x","tag":9,"id":4}]}`
	owned := `{"client":2,"call":30,"return":40,"op":"set","path":"a","arg":8,"result":"ok"}`
	ownedMore := `{"client":2,"call":41,"return":42,"op":"set","path":"a","arg":9,"result":"ok"}`
	old := `{"client":3,"call":50,"return":60,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":7,"owner":8,"id":1}]}`
	young := `{"client":3,"call":50,"return":60,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":7,"owner":9,"id":1}]}`
	again := `{"client":2,"call":30,"return":40,"op":"create","path":"a","arg":8,"result":"exists"}`
	twice := `{"client":2,"call":30,"return":40,"op":"create","path":"a","arg":8,"result":"ok"}`
	done := `{"client":2,"call":30,"return":40,"op":"complete","path":"a","arg":8,"result":"ok"}`
	whole := `{"client":3,"call":50,"return":60,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":7,"completed":true,"id":1}]}`
	tests := []struct {
		name  string
		good  bool
		lines []string
	}{
		{"created and seen", true, []string{create, there, listed}},
		{"an acknowledged edit is lost", false, []string{create, gone}},
		{"an acknowledged edit is lost later", false, []string{create, there, goneLater}},
		{"an acknowledged edit is not listed", false, []string{create, nothing}},
		{"deleted and gone", true, []string{create, removed, gone, nothing}},
		{"what was deleted is back", false, []string{create, removed, there}},
		{"a stale listing", false, []string{create, removed, listed}},
		{"an unknown edit that was done", true, []string{lost, there}},
		{"an unknown edit that was not done", true, []string{lost, gone}},
		{"an unknown edit that is done late", true, []string{lost, gone, listed}},
		{"an unknown edit that is undone", false, []string{lost, there, goneLater}},
		{"made twice", false, []string{create, twice}},
		{"refused because it is there", true, []string{create, again, there}},
		{"refused without a reason", false, []string{again}},
		{"a renamed folder takes its file along", true, []string{mkdir, inside, moved, atB}},
		{"a renamed folder leaves its file behind", false, []string{mkdir, inside, moved, atA}},
		{"an attribute", true, []string{create, owned, ownedMore, young}},
		{"an older attribute", false, []string{create, owned, ownedMore, old}},
		{"completed", true, []string{create, done, whole}},
		{"completed and forgotten", false, []string{create, done, there}},
		{"completed by nobody", false, []string{create, whole}},
	}
	for _, test := range tests {
		if good, _ := verdict(t, test.lines...); good != test.good {
			t.Errorf("%s: linearizable=%t", test.name, good)
		}
	}
}

func TestTheWholeVerdict(t *testing.T) {
	for _, test := range []struct {
		lines []string
		code  int
	}{
		{[]string{create, there}, 0},
		{[]string{create, gone}, 1},
		{nil, 1}, // a run that did nothing is no proof
	} {
		h, err := read(strings.NewReader(strings.Join(test.lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		if code := judge(h, time.Minute, t.TempDir()); code != test.code {
			t.Errorf("%q: %d", test.lines, code)
		}
	}
}

func TestIDs(t *testing.T) {
	one := `{"client":1,"call":1,"return":2,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":7,"id":1}]}`
	other := `{"client":1,"call":3,"return":4,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":8,"id":1}]}`
	changed := `{"client":1,"call":3,"return":4,"op":"status","path":"a","result":"ok","seen":[{"name":"a","tag":7,"id":2}]}`
	for _, test := range []struct {
		lines  []string
		faults int
	}{{[]string{one, one}, 0}, {[]string{one, other}, 1}, {[]string{one, changed}, 1}} {
		_, h := verdict(t, test.lines...)
		if got := len(h.sharedIDs()); got != test.faults {
			t.Errorf("%q: %d faults", test.lines, got)
		}
	}
}

func TestABrokenLineIsAnError(t *testing.T) {
	if _, err := read(strings.NewReader("{")); err == nil {
		t.Error("read")
	}
}
