package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

type history struct {
	groups  map[int64][]*call
	calls   int
	unknown int            // edits of which nobody knows the outcome
	codes   map[string]int // why: by the first word of the status
}

func read(in io.Reader) (*history, error) {
	h := &history{groups: map[int64][]*call{}, codes: map[string]int{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		c := &call{}
		if err := json.Unmarshal(lines.Bytes(), c); err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		if c.Result == "unknown" {
			if !c.edits() {
				continue // a read without an answer says nothing
			}
			h.unknown++
			code := c.Status
			for i, r := range code {
				if r == ':' {
					code = code[:i]
					break
				}
			}
			h.codes[code]++
			c.End = math.MaxInt64
		}
		h.calls++
		h.groups[c.Group] = append(h.groups[c.Group], c)
	}
	return h, lines.Err()
}

func (h *history) numbers() []int64 {
	var all []int64
	for group := range h.groups {
		all = append(all, group)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all
}

func operations(calls []*call) []porcupine.Operation {
	var all []porcupine.Operation
	clients := map[int]int{}
	for _, c := range calls {
		if _, known := clients[c.Client]; !known {
			clients[c.Client] = len(clients)
		}
		all = append(all, porcupine.Operation{
			ClientId: clients[c.Client], Input: c, Call: c.Begin, Output: c.Result, Return: c.End})
	}
	return all
}

func check(calls []*call, limit time.Duration) (porcupine.CheckResult, porcupine.LinearizationInfo) {
	return porcupine.CheckOperationsVerbose(model, operations(calls), limit)
}

// An id of a file is for one creation, and the other way round: each creation has a tag of its own.
func (h *history) sharedIDs() []string {
	var faults []string
	tags, ids := map[int64]int64{}, map[int64]int64{}
	for _, group := range h.numbers() {
		for _, c := range h.groups[group] {
			for _, what := range c.Seen {
				if what.Folder {
					continue
				}
				if tag, known := tags[what.ID]; known && tag != what.Tag {
					faults = append(faults, fmt.Sprintf("id %d is of files %d and %d", what.ID, tag, what.Tag))
				}
				if id, known := ids[what.Tag]; known && id != what.ID {
					faults = append(faults, fmt.Sprintf("file %d has ids %d and %d", what.Tag, id, what.ID))
				}
				tags[what.ID], ids[what.Tag] = what.Tag, what.ID
			}
		}
	}
	return faults
}

func (c *call) describe() string {
	text := fmt.Sprintf("%s %s", c.Op, c.Path)
	if c.To != "" {
		text += " to " + c.To
	}
	if c.edits() {
		text += fmt.Sprintf(" #%d", c.Arg)
	}
	text += ": " + c.Result
	for _, what := range c.Seen {
		text += fmt.Sprintf(" [%s folder=%t #%d owner=%d done=%t]", what.Name, what.Folder, what.Tag,
			what.Owner, what.Completed)
	}
	return text
}
