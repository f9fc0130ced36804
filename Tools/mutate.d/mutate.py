"""Mutation test of Sources/RackCore/Protection and Contactors. See Tools/mutate --help.

All mutants are compiled into one program at once: each operator, literal or statement that can be changed
asks at run time whether it is the chosen one (environment variable PHAROS_MUTANT). So a mutant costs one
run of the tests, not one build.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import sites

FOLDERS = ['Sources/RackCore/Contactors', 'Sources/RackCore/Protection']
TREE = '.build/mutate/tree'
SCRATCH = '.build/mutate/scratch'
EQUIVALENT = 'Tools/mutate.d/equivalent.txt'
# The suites that are about the core's decisions. Left out: those about bits, files and estimation, and
# the random frames of Fuzz, which take most of the time and judge little beyond "it does not trap".
TESTS = (r'^RackCoreTests\.(?!Estimation|BitField|MathTests|ReferenceFilter|FilterConsistency|'
         r'AbsurdInput|Fuzz)')
# These are asked first: they are quick, and written to notice a comparison moved by one bit.
FIRST = r'^RackCoreTests\..*Boundary'
FAILED = '✘'.encode()


def arguments():
    parser = argparse.ArgumentParser(
        prog='Tools/mutate',
        description='Compiles every mutant of Protection/ and Contactors/ into one optimised test '
        'program, runs the tests of the core once for each, and lists what survives. A mutant is '
        'killed, listed as equivalent with a reason in ' + EQUIVALENT + ', or a finding (exit 1).')
    parser.add_argument('files', nargs='*', help='only these files; default: both folders')
    parser.add_argument('--changed', action='store_true', help='only files that differ from main')
    parser.add_argument('--jobs', type=int, default=2, help='test programs at a time (default 2)')
    parser.add_argument('--every', type=int, default=1, help='only each N-th mutant: a sample')
    parser.add_argument('--again', action='store_true', help='only what survived the last time')
    parser.add_argument('--list', action='store_true', help='print the mutants and stop')
    parser.add_argument('--results', default='.build/mutate/results.json', help='where they go')
    return parser.parse_args()


def chosen(options):
    if options.files:
        return options.files
    files = []
    for folder in FOLDERS:
        files += [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    if options.changed:
        text = subprocess.run(
            ['git', 'diff', '--name-only', 'origin/main', '--'] + FOLDERS,
            capture_output=True, text=True).stdout
        files = [name for name in files if name in text.split()]
    return files


def write(path, text):
    """Writes only what differs, so that a second build is short."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.exists(path):
        with open(path, encoding='utf-8') as file:
            if file.read() == text:
                return
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def prepare(files, dropped):
    """Copies the package, with every mutant in it; the mutants."""
    kept = set()
    for folder in ['Sources/RackCore', 'Sources/RackProfile', 'Tests/RackCoreTests', 'HardwareProfiles']:
        for directory, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(directory, name)
                kept.add(path)
                if path not in files:
                    with open(path, encoding='utf-8') as file:
                        write(os.path.join(TREE, path), file.read())
    with open('Package.swift', encoding='utf-8') as file:
        package = file.read().replace('.strictMemorySafety(), .treatAllWarnings(as: .error),', '')
    package = re.sub(r'  \.testTarget\(\s*name: "RackProfileTests".*?strict\),\n', '', package, flags=re.S)
    write(os.path.join(TREE, 'Package.swift'), package)
    shutil.copy('Package.resolved', os.path.join(TREE, 'Package.resolved'))
    mutants, operators = [], []
    for path in files:
        with open(path, encoding='utf-8') as file:
            text = sites.mutate(path, file.read(), mutants, operators, dropped)
        write(os.path.join(TREE, path), text)
    write(os.path.join(TREE, 'Sources/RackCore/Mutants.swift'), sites.support(operators))
    for directory, _, names in os.walk(TREE):
        for name in names:
            path = os.path.relpath(os.path.join(directory, name), TREE)
            known = path in kept or path == 'Sources/RackCore/Mutants.swift'
            if not known and path.split('/')[0] in ('Sources', 'Tests'):
                os.remove(os.path.join(TREE, path))
    return mutants


def build(files):
    """Builds the program; mutants that do not compile are left out and the build repeated."""
    dropped = set()
    for _ in range(8):
        mutants = prepare(files, dropped)
        done = subprocess.run(
            ['nice', 'swift', 'build', '--build-tests', '--scratch-path', os.path.abspath(SCRATCH),
             '-Xswiftc', '-O'],
            cwd=TREE, env=dict(os.environ, PHAROS_ONLY='core'), capture_output=True, text=True)
        if done.returncode == 0:
            return mutants, len(dropped)
        bad = set(re.findall(r'(Sources/RackCore/\S+?\.swift):(\d+):\d+: error', done.stdout + done.stderr))
        before = len(dropped)
        for mutant in mutants:
            if (mutant['file'], str(mutant['line'])) in bad:
                dropped.add(mutant['key'])
        if len(dropped) == before:
            print((done.stdout + done.stderr)[-4000:], file=sys.stderr)
            sys.exit('the mutated core does not compile')
    sys.exit('the mutated core does not compile after eight tries')


def run(number, limit):
    """Whether the tests notice a mutant; the quick ones are asked first."""
    outcome = run_tests(FIRST, number, limit)
    return outcome if outcome != 'survived' else run_tests(TESTS, number, limit)


def run_tests(tests, number, limit):
    """Whether the tests notice a mutant: 'killed', 'survived' or 'hangs' (which is noticed too)."""
    program = os.path.join(SCRATCH, 'debug/PharosPackageTests.xctest')
    process = subprocess.Popen(
        ['nice', program, '--testing-library', 'swift-testing', '--filter', tests],
        env=dict(os.environ, PHAROS_MUTANT=str(number), SWIFT_BACKTRACE='enable=no'),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    hangs = threading.Event()

    def stop():
        hangs.set()
        process.kill()

    timer = threading.Timer(limit, stop)
    timer.start()
    noticed = False
    for line in process.stdout:
        # The first failure is enough: most mutants are gone within a second.
        if FAILED in line:
            noticed = True
            process.kill()
            break
    process.stdout.close()
    code = process.wait()
    timer.cancel()
    if noticed:
        return 'killed'
    if hangs.is_set():
        return 'hangs'
    return 'survived' if code == 0 else 'killed'


def equivalents():
    """Keys of mutants that change nothing, with the reason."""
    reasons = {}
    if os.path.exists(EQUIVALENT):
        with open(EQUIVALENT, encoding='utf-8') as file:
            for line in file:
                if line.strip() and not line.startswith('#'):
                    key, _, reason = line.rstrip('\n').partition('  ## ')
                    reasons[key.strip()] = reason
    return reasons


def main():
    options = arguments()
    files = chosen(options)
    if options.list:
        mutants, operators = [], []
        for path in files:
            with open(path, encoding='utf-8') as file:
                sites.mutate(path, file.read(), mutants, operators, set())
        for mutant in mutants:
            print(mutant['key'])
        print(len(mutants), 'mutants')
        return
    if not files:
        print('no file of Protection/ or Contactors/ has changed')
        return
    begin = time.time()
    mutants, impossible = build(files)
    print(f'{len(mutants)} mutants of {len(files)} files in one program, {impossible} do not compile, '
          f'{time.time() - begin:.0f} s', file=sys.stderr)
    begin = time.time()
    if run(0, 900) != 'survived':
        sys.exit('the tests fail without a mutant')
    limit = 20 + 6 * (time.time() - begin) * options.jobs
    known = equivalents()
    results = {'killed': 0, 'hangs': 0, 'equivalent': 0, 'survived': []}
    begin = time.time()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        todo = mutants[::options.every]
        if options.again:
            with open(options.results, encoding='utf-8') as file:
                last = set(json.load(file)['survived'])
            todo = [mutant for mutant in mutants if mutant['key'] in last]
        outcomes = pool.map(lambda mutant: (mutant, run(mutant['number'], limit)), todo)
        for count, (mutant, outcome) in enumerate(outcomes, 1):
            if outcome != 'survived':
                results[outcome] += 1
            elif mutant['key'] in known:
                results['equivalent'] += 1
            else:
                results['survived'].append(mutant['key'])
                print('SURVIVED', mutant['key'], file=sys.stderr, flush=True)
            if count % 25 == 0:
                print(f'{count} of {len(todo)}, {len(results["survived"])} survived, '
                      f'{time.time() - begin:.0f} s', file=sys.stderr, flush=True)
    results['seconds'] = round(time.time() - begin)
    with open(options.results, 'w', encoding='utf-8') as file:
        json.dump(results, file, indent=1)
    noticed = results['killed'] + results['hangs']
    print(f'figure: {len(todo)} mutants: {noticed} killed ({results["hangs"]} of them by hanging), '
          f'{results["equivalent"]} equivalent with reason, {len(results["survived"])} survived, '
          f'{results["seconds"]} s')
    sys.exit(1 if results['survived'] else 0)


main()
