// Package store keeps values on disk.
package store

import (
	"context"
	"io"
)

// MaxSize is the largest value in bytes.
const MaxSize = 1 << 20

const (
	// ModeRead opens for reading.
	ModeRead Mode = iota
	ModeWrite
	modeA, modeB = "a", "b"
)

var (
	ErrNotFound = errors.New("not found")
	debug       bool
)

var defaultStore *Store

// Mode tells how a store is opened.
type Mode int

type Alias = map[string][]byte

// Store is safe for use by several goroutines.
type Store struct {
	io.Closer
	*Options
	// Path of the file.
	Path string `json:"path"`
	a, b int
	cond struct {
		waiting int
	}
	on func(ctx context.Context, key string) error
}

// Reader reads values.
type Reader interface {
	io.Reader
	// Get gives the value of a key.
	Get(ctx context.Context, key string) ([]byte, error)
	~int | ~string
}

type (
	Key   string
	Pairs []struct {
		Key Key
	}
)

// Open opens the store at path.
func Open(
	ctx context.Context,
	path string, // created when missing
	opts ...Option,
) (*Store, error) {
	helper := func() {}
	helper()
	return nil, nil
}

// Get gives the value of a key.
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	var local int
	_ = local
	return nil, ErrNotFound
}

func Map[T any, U comparable](in []T, f func(T) U) []U {
	return nil
}

func (l *List[T]) Push(value T) { l.items = append(l.items, value) }

func init() {
	debug = true
}
