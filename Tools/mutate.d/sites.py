"""Finds what can be changed in a Swift file, and writes the change in, to be chosen at run time."""
import re

# Each operator with what it may become: the boundary, and the opposite.
COMPARISON = {'<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'],
              '==': ['!='], '!=': ['==']}
ARITHMETIC = {'+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '&+': ['&-'], '&-': ['&+']}
ASSIGNMENT = {'+=': ['-='], '-=': ['+='], '/=': ['*=']}
LOGIC = {'&&': ['||'], '||': ['&&']}
GROUP = {'&&': 'LogicalConjunctionPrecedence', '||': 'LogicalDisjunctionPrecedence',
         '*': 'MultiplicationPrecedence', '/': 'MultiplicationPrecedence'}
# Rows that look alike and may stand in each other's place.
SWAPS = [('mainPositive', 'mainNegative'), ('open', 'tripped'), ('timeout', 'current'),
         ('charge', 'discharge'), ('highestVolts', 'lowestVolts'), ('highestCelsius', 'lowestCelsius'),
         ('highestCell', 'lowestCell'), ('hottestSensor', 'coldestSensor')]
OPERATOR = re.compile(r' (<=|>=|==|!=|<|>|\+=|-=|/=|&\+|&-|\+|-|\*|/|&&|\|\|) ')
STATEMENT = re.compile(r'^(\s+)(?!let |var |return|if |guard |for |case |default|else|switch |while |func |defer|init|mutating|private|public|static|@|#|\.|&&|\|\|)[A-Za-z_][\w.\[\]()]*(?: (?:=|\+=|-=|\*=|/=) .*|\(.*\))$')


def code(line):
    """The line without its comment and with its strings blanked."""
    line = re.sub(r'"[^"]*"', lambda match: '"' + '_' * (len(match.group()) - 2) + '"', line)
    return line.split('//')[0]


def symbol(number):
    """Two operator characters that stand for a number."""
    return chr(0x2200 + number // 200) + chr(0x2200 + number % 200)


class File:
    def __init__(self, path, mutants, dropped):
        self.path, self.mutants, self.dropped = path, mutants, dropped
        self.counts = {}

    def add(self, line, text, change):
        """A new mutant's number; nothing where it is left out."""
        key = f'{self.path.removeprefix("Sources/RackCore/")}: {" ".join(text.split())}: {change}'
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] > 1:
            key += f' #{self.counts[key]}'
        if key in self.dropped:
            return None
        number = len(self.mutants) + 1
        self.mutants.append({'number': number, 'file': self.path, 'line': line, 'key': key})
        return number


def operators_of(file, number, line, shown, operators):
    """The line with its operators replaced by ones that ask."""
    out, position = '', 0
    for match in re.finditer(OPERATOR, shown):
        token = match.group(1)
        table = next(t for t in (COMPARISON, ARITHMETIC, ASSIGNMENT, LOGIC) if token in t)
        changes = []
        for other in table[token]:
            chosen = file.add(number, line, f'{token} → {other}')
            if chosen:
                changes.append((chosen, other))
        if not changes:
            continue
        name = '⨀' + symbol(len(operators))
        operators.append((name, token, changes))
        out += line[position:match.start() + 1] + name
        position = match.end() - 1
    return out + line[position:]


def words_of(file, number, line, shown):
    """The line with truth values, negations and look-alikes replaced by ones that ask."""
    def truth(match):
        word = match.group()
        other = 'false' if word == 'true' else 'true'
        chosen = file.add(number, line, f'{word} → {other}')
        return f'mutantPick({chosen}, {word}, {other})' if chosen else word

    if shown.lstrip().startswith(('case ', 'default', 'func ', 'private', 'mutating', 'let ', 'public')):
        return line
    if '"' in shown:
        return line
    # What follows the code is a comment, and a comment is no mutant.
    new, rest = line[:len(shown)], line[len(shown):]
    new = re.sub(r'(?<![\w.])(true|false)(?![\w:])', truth, new)
    for first, second in SWAPS:
        def swap(match):
            word = match.group(1)
            other = second if word == first else first
            chosen = file.add(number, line, f'.{word} → .{other}')
            return f'mutantPick({chosen}, .{word}, .{other})' if chosen else match.group()
        new = re.sub(rf'(?<=[(,\[ ])\.({first}|{second})(?=[,)\]])', swap, new)
    return new + rest


def mutate(path, text, mutants, operators, dropped):
    """The text of a file with every mutant in it."""
    file = File(path, mutants, dropped)
    out = []
    lines = text.split('\n')
    init_indent = None
    for number, line in enumerate(lines, 1):
        shown = code(line)
        stripped = shown.strip()
        if stripped.startswith('public static func <') or stripped.startswith('case ') and ' = ' in shown:
            out.append(line)
            continue
        indent = len(line) - len(line.lstrip())
        if re.match(r'(public |private )?init\(', stripped):
            init_indent = indent
        elif init_indent is not None and stripped == '}' and indent == init_indent:
            init_indent = None
        new = operators_of(file, number, line, shown, operators) if shown.strip() else line
        if new == line:
            new = words_of(file, number, line, shown)
        balanced = shown.count('(') == shown.count(')') and shown.count('{') == shown.count('}')
        following = lines[number].strip() if number < len(lines) else ''
        goes_on = following.startswith(('.', '&&', '||', '+ ', '- ', '* ', '? ', ': '))
        before = lines[number - 2].rstrip() if number > 1 else ''
        is_value = '->' in before and before.endswith('{') and following == '}'
        may_go = balanced and not goes_on and not is_value and init_indent is None
        if STATEMENT.match(shown.rstrip()) and may_go:
            chosen = file.add(number, line, 'deleted')
            if chosen:
                new = new[:indent] + f'if mutantKeeps({chosen}) {{ ' + new.lstrip() + ' }'
        out.append(new)
    return '\n'.join(out)


def support(operators):
    """Swift that the mutated files call."""
    text = ['''import Glibc

let activeMutant: Int = {
  guard let text = getenv("PHAROS_MUTANT") else { return 0 }
  return Int(atol(text))
}()

func mutantPick<T>(_ number: Int, _ value: T, _ other: T) -> T { activeMutant == number ? other : value }
func mutantKeeps(_ number: Int) -> Bool { activeMutant != number }
''']
    for name, token, changes in operators:
        group = GROUP.get(token)
        if token in COMPARISON:
            group, kinds = 'ComparisonPrecedence', [('Comparable' if token[0] in '<>' else 'Equatable')]
        text.append(f'infix operator {name} : {group or ("AssignmentPrecedence" if token in ASSIGNMENT else "AdditionPrecedence")}')
        if token in COMPARISON:
            body = ''.join(f' if activeMutant == {n} {{ return a {other} b }};' for n, other in changes)
            text.append(f'func {name}<T: {kinds[0]}>(a: T, b: T) -> Bool {{{body} return a {token} b }}')
        elif token in LOGIC:
            n, other = changes[0]
            text.append(f'func {name}(a: Bool, b: @autoclosure () -> Bool) -> Bool {{ '
                        f'activeMutant == {n} ? (a {other} b()) : (a {token} b()) }}')
        elif token in ASSIGNMENT:
            n, other = changes[0]
            kinds = ['Double'] if token == '/=' else ['Double', 'Int', 'UInt16', 'UInt32', 'UInt8']
            for kind in kinds:
                text.append(f'func {name}(a: inout {kind}, b: {kind}) {{ '
                            f'if activeMutant == {n} {{ a {other} b }} else {{ a {token} b }} }}')
        else:
            n, other = changes[0]
            shapes = [('Double', 'Double', 'Double')]
            if token in ('+', '-'):
                shapes += [('Int', 'Int', 'Int'), ('UInt16', 'UInt16', 'UInt16'), ('Interval', 'Interval', 'Interval'),
                           ('Instant', 'Interval', 'Instant'), ('Int64', 'Int64', 'Int64')]
            elif token == '*':
                shapes += [('Int', 'Int', 'Int')]
            elif token == '/':
                shapes += [('Int64', 'Int64', 'Int64'), ('Int', 'Int', 'Int')]
            else:
                shapes = [(k, k, k) for k in ('UInt8', 'UInt16', 'UInt32', 'UInt64', 'Int64', 'Int')]
            for a, b, c in shapes:
                text.append(f'func {name}(a: {a}, b: {b}) -> {c} {{ '
                            f'activeMutant == {n} ? (a {other} b) : (a {token} b) }}')
            if token == '-':
                text.append(f'func {name}(a: Instant, b: Instant) -> Interval {{ activeMutant == {n} ? '
                            f'Interval(nanoseconds: a.nanoseconds &+ b.nanoseconds) : a - b }}')
    return '\n'.join(text) + '\n'
