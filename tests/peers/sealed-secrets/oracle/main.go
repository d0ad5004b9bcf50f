// Oracle times upstream's own sealing and unsealing, so that a bench can alternate
// its batches with ours in one run.
//
//	oracle CERTIFICATE.pem PRIVATE-KEY.pem SIZE
//
// SIZE is the plaintext's length in bytes. Requests are lines on stdin, each answered
// by one line on stdout before the next is read:
//
//	seal COUNT      seals the plaintext COUNT times
//	unseal COUNT    unseals one sealed value COUNT times
//
// An answer is the time of the whole batch in nanoseconds, in decimal. Everything runs
// on one thread (GOMAXPROCS=1). The end of stdin ends the program with code 0; anything
// wrong is one line on stderr and code 1.
package main

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/bitnami/sealed-secrets/pkg/crypto"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

func main() {
	runtime.GOMAXPROCS(1)
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "oracle: %v\n", err)
		os.Exit(1)
	}
}

func serve(args []string) error {
	bench, err := newBench(args)
	if err != nil {
		return err
	}
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		elapsed, err := bench.answer(requests.Text())
		if err != nil {
			return err
		}
		fmt.Println(elapsed.Nanoseconds())
	}
	return requests.Err()
}

type bench struct {
	public    *rsa.PublicKey
	private   map[string]*rsa.PrivateKey
	plaintext []byte
	sealed    []byte
}

func newBench(args []string) (*bench, error) {
	if len(args) != 3 {
		return nil, fmt.Errorf("usage: oracle CERTIFICATE.pem PRIVATE-KEY.pem SIZE")
	}
	public, err := readCertificate(args[0])
	if err != nil {
		return nil, err
	}
	private, err := readPrivateKey(args[1])
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(args[2])
	if err != nil {
		return nil, err
	}
	plaintext := make([]byte, size)
	sealed, err := crypto.HybridEncrypt(rand.Reader, public, plaintext, label)
	if err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PrivateKey{"only": private}
	return &bench{public: public, private: keys, plaintext: plaintext, sealed: sealed}, nil
}

func (b *bench) answer(request string) (time.Duration, error) {
	var operation string
	var count int
	if _, err := fmt.Sscanf(request, "%s %d", &operation, &count); err != nil {
		return 0, fmt.Errorf("request %q: %w", request, err)
	}
	var once func() error
	switch operation {
	case "seal":
		once = b.seal
	case "unseal":
		once = b.unseal
	default:
		return 0, fmt.Errorf("request %q: neither seal nor unseal", request)
	}
	start := time.Now()
	for range count {
		if err := once(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func (b *bench) seal() error {
	_, err := crypto.HybridEncrypt(rand.Reader, b.public, b.plaintext, label)
	return err
}

func (b *bench) unseal() error {
	_, err := crypto.HybridDecrypt(rand.Reader, b.private, b.sealed, label)
	return err
}

func readCertificate(path string) (*rsa.PublicKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	certificates, err := cert.ParseCertsPEM(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	public, ok := certificates[0].PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%s: not an RSA key", path)
	}
	return public, nil
}

func readPrivateKey(path string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := keyutil.ParsePrivateKeyPEM(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: not an RSA key", path)
	}
	return private, nil
}

var label = []byte("bench/oracle")
