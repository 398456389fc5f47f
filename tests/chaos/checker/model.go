package main

import "github.com/anishathalye/porcupine"

// What the checker believes a folder of the namespace to be: three names, each nothing, a file or a
// folder, and one name in each that is a folder. All values are comparable, so that states are.

type entry struct {
	Kind  byte // absent, file or folder
	Tag   int64
	Owner int64
	Done  bool
}

const (
	absent = iota
	file
	folder
)

type slot struct {
	Top   entry
	Child entry
}

type state [3]slot

// One line of a history.
type call struct {
	Client int    `json:"client"`
	Group  int64  `json:"group"`
	Op     string `json:"op"`
	Path   string `json:"path"`
	To     string `json:"to"`
	Arg    int64  `json:"arg"`
	Begin  int64  `json:"call"`
	End    int64  `json:"return"`
	Result string `json:"result"`
	Status string `json:"status"`
	Seen   []seen `json:"seen"`
}

type seen struct {
	Name      string `json:"name"`
	Owner     int64  `json:"owner"`
	Tag       int64  `json:"tag"`
	ID        int64  `json:"id"`
	Folder    bool   `json:"folder"`
	Completed bool   `json:"completed"`
}

func (c *call) edits() bool { return c.Op != "status" && c.Op != "list" }

func number(name string) int { return int(name[0] - 'a') }

func (s *state) at(path string) *entry {
	slot := &s[number(path)]
	if len(path) > 1 {
		return &slot.Child
	}
	return &slot.Top
}

// Why a path below the folder cannot be looked up: "" when it can.
func (s *state) blocked(path string) string {
	if len(path) < 2 {
		return ""
	}
	switch s[number(path)].Top.Kind {
	case absent:
		return "absent"
	case file:
		return "invalid" // a file has no children: any refusal will do
	}
	return ""
}

func (e entry) shown(what seen) bool {
	if e.Kind == absent || what.Folder != (e.Kind == folder) || what.Owner != e.Owner {
		return false
	}
	return what.Folder || (what.Tag == e.Tag && what.Completed == e.Done)
}

// What a call in this state must end with, and the state after it when it ends so. "invalid" stands
// for every refusal.
func apply(s state, c *call) (string, state) {
	if why := s.blocked(c.Path); why != "" {
		return why, s
	}
	switch c.Op {
	case "mkdir", "create":
		e := s.at(c.Path)
		if e.Kind != absent {
			return "exists", s
		}
		if c.Op == "mkdir" {
			*e = entry{Kind: folder}
		} else {
			*e = entry{Kind: file, Tag: c.Arg}
		}
	case "complete":
		e := s.at(c.Path)
		if e.Kind == absent {
			return "absent", s
		}
		if e.Kind == folder || e.Done {
			return "invalid", s
		}
		e.Done = true
	case "delete":
		e := s.at(c.Path)
		if e.Kind == absent {
			return "absent", s
		}
		*e = entry{}
		if len(c.Path) == 1 {
			s[number(c.Path)].Child = entry{}
		}
	case "rename":
		from, to := &s[number(c.Path)], &s[number(c.To)]
		if from.Top.Kind == absent && to.Top.Kind != absent {
			return "invalid", s
		}
		if from.Top.Kind == absent {
			return "absent", s
		}
		if to.Top.Kind != absent {
			return "exists", s
		}
		*to, *from = *from, slot{}
	case "set":
		e := s.at(c.Path)
		if e.Kind == absent {
			return "absent", s
		}
		e.Owner = c.Arg
	case "status":
		e := s.at(c.Path)
		if e.Kind == absent {
			return "absent", s
		}
		if c.Result == "ok" && !e.shown(c.Seen[0]) {
			return "other", s
		}
	case "list":
		there := 0
		for i := range s {
			if s[i].Top.Kind != absent {
				there++
			}
		}
		if there != len(c.Seen) {
			return "other", s
		}
		if c.Result == "absent" {
			return "absent", s // nobody has made the folder yet
		}
		for _, what := range c.Seen {
			if !s.at(what.Name).shown(what) {
				return "other", s
			}
		}
	}
	return "ok", s
}

func step(before, input, _ interface{}) (bool, interface{}) {
	c := input.(*call)
	must, after := apply(before.(state), c)
	if c.Result == "unknown" {
		return true, after // when it had no effect it was the last of all
	}
	if must == "invalid" {
		return c.Result != "ok", after
	}
	return c.Result == must, after
}

var model = porcupine.Model{
	Init: func() interface{} { return state{} },
	Step: step,
	DescribeOperation: func(input, _ interface{}) string {
		c := input.(*call)
		return c.describe()
	},
}
