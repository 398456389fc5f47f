// checker: judges the history of a chaos run.
//
//	checker [-limit 60s] [-folder where-to-draw] history.jsonl
//
// Every folder the clients worked on is one object, checked for linearizability by porcupine. Ends
// with 1 when one is not, when two files had one id, or when porcupine needs more than the limit.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

func main() {
	limit := flag.Duration("limit", time.Minute, "for one folder")
	where := flag.String("folder", "", "for drawings of what is wrong")
	flag.Parse()
	in, err := os.Open(flag.Arg(0))
	if err == nil {
		defer in.Close()
		var h *history
		if h, err = read(in); err == nil {
			os.Exit(judge(h, *limit, *where))
		}
	}
	fmt.Fprintln(os.Stderr, "checker:", err)
	os.Exit(2)
}

func judge(h *history, limit time.Duration, where string) int {
	bad, undecided := 0, 0
	for _, group := range h.numbers() {
		result, info := check(h.groups[group], limit)
		switch result {
		case porcupine.Illegal:
			bad++
			show(h, group, info, where)
		case porcupine.Unknown:
			undecided++
			fmt.Printf("g%d: not decided within %s\n", group, limit)
		}
	}
	faults := h.sharedIDs()
	for _, fault := range faults {
		fmt.Println(fault)
	}
	fmt.Printf("history: %d calls in %d folders, %d edits of unknown outcome %v; "+
		"%d folders not linearizable, %d not decided, %d ids shared\n",
		h.calls, len(h.groups), h.unknown, h.codes, bad, undecided, len(faults))
	if bad+undecided+len(faults) > 0 || h.calls == 0 {
		return 1
	}
	return 0
}

func show(h *history, group int64, info porcupine.LinearizationInfo, where string) {
	calls := h.groups[group]
	sort.Slice(calls, func(i, j int) bool { return calls[i].Begin < calls[j].Begin })
	fmt.Printf("g%d is not linearizable; its last calls:\n", group)
	first := len(calls) - 40
	if first < 0 {
		first = 0
	}
	for _, c := range calls[first:] {
		fmt.Printf("  client %d %d..%d %s\n", c.Client, c.Begin, c.End, c.describe())
	}
	if where != "" {
		path := filepath.Join(where, fmt.Sprintf("g%d.html", group))
		if err := porcupine.VisualizePath(model, info, path); err != nil {
			fmt.Println("no drawing:", err)
		} else {
			fmt.Println("drawn in", path)
		}
	}
}
