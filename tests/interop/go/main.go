// The walk of tests/interop by grpc-go: every case against one server of tests/interop/echo.proto.
//
//	interop-go <address> [ca=<file>] [name=<server name>]
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	limit    = 100 << 20
	patience = 40 * time.Second
)

var bidi = grpc.StreamDesc{ServerStreams: true, ClientStreams: true}

type client struct{ conn *grpc.ClientConn }

func bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func (c client) call(ctx context.Context, method string, body []byte, options ...grpc.CallOption) ([]byte, error) {
	answer := new(wrapperspb.BytesValue)
	err := c.conn.Invoke(ctx, "/interop.Echo/"+method, wrapperspb.Bytes(body), answer, options...)
	return answer.Value, err
}

func (c client) echo(body []byte, options ...grpc.CallOption) error {
	ctx, cancel := bounded()
	defer cancel()
	answer, err := c.call(ctx, "Unary", body, options...)
	if err == nil && !bytes.Equal(answer, body) {
		err = fmt.Errorf("%d bytes came back as %d others", len(body), len(answer))
	}
	return err
}

type stream struct{ grpc.ClientStream }

func (c client) open(ctx context.Context, method string, options ...grpc.CallOption) (stream, error) {
	s, err := c.conn.NewStream(ctx, &bidi, "/interop.Echo/"+method, options...)
	return stream{s}, err
}

func (s stream) send(body []byte) error { return s.SendMsg(wrapperspb.Bytes(body)) }

func (s stream) receive() ([]byte, error) {
	message := new(wrapperspb.BytesValue)
	err := s.RecvMsg(message)
	return message.Value, err
}

func (s stream) pingPong(body []byte) error {
	if err := s.send(body); err != nil {
		return err
	}
	back, err := s.receive()
	if err == nil && !bytes.Equal(back, body) {
		err = errors.New("another message came back")
	}
	return err
}

func (s stream) end() error {
	if err := s.CloseSend(); err != nil {
		return err
	}
	if _, err := s.receive(); err != io.EOF {
		return fmt.Errorf("ended with %v", err)
	}
	return nil
}

func pattern(size int) []byte {
	body := make([]byte, size)
	for i := range body {
		body[i] = byte(i*7 + size)
	}
	return body
}

func want(err error, code codes.Code) error {
	if status.Code(err) == code {
		return nil
	}
	return fmt.Errorf("want %v, got %v", code, err)
}

func (c client) sizes() error {
	for _, size := range []int{0, 1, 16383, 16384, 65536, 1 << 20, 8 << 20} {
		if err := c.echo(pattern(size)); err != nil {
			return err
		}
	}
	return nil
}

func (c client) tooLarge() error {
	if err := want(c.echo(make([]byte, 17<<20)), codes.ResourceExhausted); err != nil {
		return err
	}
	return c.echo([]byte("still there"))
}

func (c client) deadline() error {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_, err := c.call(ctx, "Hang", nil)
	return want(err, codes.DeadlineExceeded)
}

func (c client) cancels() error {
	ctx, cancel := context.WithCancel(context.Background())
	results := make(chan error, 3)
	for range 3 {
		go func() {
			_, err := c.call(ctx, "Hang", []byte("to be cancelled"))
			results <- err
		}()
	}
	if err := c.waitForHanging("3 0"); err != nil {
		cancel()
		return err
	}
	cancel()
	for range 3 {
		if err := want(<-results, codes.Canceled); err != nil {
			return err
		}
	}
	return c.waitForHanging("0 3")
}

func (c client) waitForHanging(wanted string) error {
	ctx, stop := bounded()
	defer stop()
	for {
		answer, err := c.call(ctx, "Hanging", []byte("to be cancelled"))
		if err != nil || string(answer) == wanted {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (c client) metadata() error {
	ctx, cancel := bounded()
	defer cancel()
	all := string(pattern(3000))
	with := metadata.AppendToOutgoingContext(ctx, "x-text", "some text", "x-raw-bin", all, "x-raw-bin", "")
	if _, err := c.call(with, "Unary", []byte("m")); err != nil {
		return err
	}
	many := ctx
	for i := range 500 {
		many = metadata.AppendToOutgoingContext(many, "x-many-"+strconv.Itoa(i), strings.Repeat("v", 1000))
	}
	if _, err := c.call(many, "Unary", nil); err == nil {
		return errors.New("half a megabyte of headers was taken")
	}
	return c.echo([]byte("still there"))
}

func (c client) compressed() error {
	option := grpc.UseCompressor(gzip.Name)
	if err := c.echo(bytes.Repeat([]byte("compress me "), 100000), option); err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	s, err := c.open(ctx, "Talk", option)
	if err != nil {
		return err
	}
	for size := 1; size < 100000; size *= 9 {
		if err := s.pingPong(pattern(size)); err != nil {
			return err
		}
	}
	return s.end()
}

func (c client) failures() error {
	const text = "Path \"/\u00e4 b%20\" does not exist.\nreally \u20ac"
	for code := 1; code <= 16; code++ {
		ctx, cancel := bounded()
		_, err := c.call(ctx, "Fail", fmt.Appendf(nil, "%d:%s", code, text))
		cancel()
		if err := want(err, codes.Code(code)); err != nil {
			return err
		}
		if got := status.Convert(err).Message(); got != text {
			return fmt.Errorf("the message became %q", got)
		}
	}
	ctx, cancel := bounded()
	defer cancel()
	if _, err := c.call(ctx, "Nothing", nil); err == nil {
		return errors.New("a method that is not there was answered")
	}
	return nil
}

func (c client) count(count, size int, pause time.Duration) error {
	ctx, cancel := bounded()
	defer cancel()
	s, err := c.open(ctx, "Count")
	if err != nil {
		return err
	}
	if err := s.send(fmt.Appendf(nil, "%d:%d", count, size)); err != nil {
		return err
	}
	if err := s.CloseSend(); err != nil {
		return err
	}
	time.Sleep(pause)
	for i := range count {
		message, err := s.receive()
		if err != nil || len(message) != size {
			return fmt.Errorf("message %d: %d bytes, %v", i, len(message), err)
		}
	}
	if _, err := s.receive(); err != io.EOF {
		return fmt.Errorf("ended with %v", err)
	}
	return nil
}

func (c client) serverStreams() error {
	if err := c.count(3000, 1000, 0); err != nil {
		return err
	}
	return c.count(40, 1<<20, 500*time.Millisecond) // more than every window
}

func (c client) talk() error {
	ctx, cancel := bounded()
	defer cancel()
	s, err := c.open(ctx, "Talk")
	if err != nil {
		return err
	}
	for i := range 100 {
		if err := s.pingPong(pattern(i * i * 20)); err != nil {
			return err
		}
	}
	if err := s.end(); err != nil {
		return err
	}
	if s, err = c.open(ctx, "Talk"); err != nil {
		return err
	}
	if err := s.send([]byte("quit")); err != nil {
		return err
	}
	_, err = s.receive()
	return want(err, codes.FailedPrecondition)
}

func (c client) sum() error {
	ctx, cancel := bounded()
	defer cancel()
	s, err := c.open(ctx, "Sum")
	if err != nil {
		return err
	}
	for range 400 {
		if err := s.send(pattern(100000)); err != nil {
			return err
		}
	}
	if err := s.CloseSend(); err != nil {
		return err
	}
	answer, err := s.receive()
	if err == nil && string(answer) != "40000000" {
		err = fmt.Errorf("the sum is %q", answer)
	}
	return err
}

func (c client) parallel() error {
	results := make(chan error, 500)
	for i := range cap(results) {
		go func() { results <- c.echo(pattern(i * 10)) }()
	}
	for range cap(results) {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}

// Longer than both sides' keepalive: the connection is the same afterwards, or the stream broken.
func (c client) silence() error {
	ctx, cancel := bounded()
	defer cancel()
	s, err := c.open(ctx, "Talk")
	if err != nil {
		return err
	}
	if err := s.pingPong([]byte("before")); err != nil {
		return err
	}
	time.Sleep(12 * time.Second)
	if err := s.pingPong([]byte("after")); err != nil {
		return err
	}
	return s.end()
}

func (c client) goaway() error {
	ctx, cancel := bounded()
	defer cancel()
	s, err := c.open(ctx, "Talk")
	if err != nil {
		return err
	}
	if err := s.pingPong([]byte("before")); err != nil {
		return err
	}
	if _, err := c.call(ctx, "Quit", nil); err != nil {
		return err
	}
	time.Sleep(500 * time.Millisecond)
	refused := c.echo([]byte("a new call"))
	// A server of gRPC C++ cancels what comes while it drains.
	if status.Code(refused) != codes.Canceled && want(refused, codes.Unavailable) != nil {
		return refused
	}
	if err := s.pingPong([]byte("after")); err != nil {
		return err
	}
	return s.end()
}

func credentialsOf(given map[string]string) credentials.TransportCredentials {
	if given["ca"] == "" {
		return insecure.NewCredentials()
	}
	pem, err := os.ReadFile(given["ca"])
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return credentials.NewTLS(&tls.Config{RootCAs: pool, ServerName: given["name"]})
}

func main() {
	given := map[string]string{}
	for _, argument := range os.Args[2:] {
		name, value, _ := strings.Cut(argument, "=")
		given[name] = value
	}
	conn, err := grpc.NewClient(os.Args[1],
		grpc.WithTransportCredentials(credentialsOf(given)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(limit), grpc.MaxCallSendMsgSize(limit)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: 10 * time.Second, Timeout: 5 * time.Second, PermitWithoutStream: true}))
	if err != nil {
		panic(err)
	}
	c := client{conn}
	cases := []struct {
		name string
		run  func() error
	}{
		{"sizes", c.sizes}, {"too large", c.tooLarge}, {"deadline", c.deadline},
		{"cancel", c.cancels}, {"metadata", c.metadata}, {"gzip", c.compressed},
		{"failures", c.failures}, {"server streams", c.serverStreams}, {"talk", c.talk},
		{"sum", c.sum}, {"parallel", c.parallel}, {"silence", c.silence},
	}
	passed, failed := 0, 0
	report := func(name string, err error) {
		if err == nil {
			passed++
			return
		}
		failed++
		fmt.Printf("FAIL: %s: %v\n", name, err)
	}
	errs := make([]error, len(cases))
	var group sync.WaitGroup
	for i := range cases {
		group.Add(1)
		go func() {
			defer group.Done()
			errs[i] = cases[i].run()
		}()
	}
	group.Wait()
	for i := range cases {
		report(cases[i].name, errs[i])
	}
	report("goaway", c.goaway())
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
