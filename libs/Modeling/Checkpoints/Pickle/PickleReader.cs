using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Platform.Modeling.Checkpoints.Pickle;

/// <summary>
/// The part of Python's pickle machine that state dicts of tensors need (protocols 2 to 4). Nothing is imported and nothing is called:
/// names become <see cref="PickleGlobal"/>, and <see cref="PickleCalls"/> makes values of the few calls it knows.
/// </summary>
internal sealed class PickleReader(string file, Stream input)
{
    private const int LongestText = 1 << 20;
    private static readonly object Mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Reads one pickle and stays behind it.</summary>
    /// <exception cref="CheckpointException">The pickle is damaged or does more than hold tensors.</exception>
    public object? Read()
    {
        _stack.Clear();
        _memo.Clear();
        while (true)
        {
            var code = Byte();
            if (code == '.') return Pop();
            Step(code);
        }
    }

    private void Step(byte code)
    {
        switch ((char)code)
        {
            case '\x80': Byte(); break;                                   // PROTO
            case '\x95': Bytes(8); break;                                 // FRAME
            case '(': _stack.Add(Mark); break;
            case '0': Pop(); break;
            case 'N': _stack.Add(null); break;
            case '\x88': _stack.Add(true); break;
            case '\x89': _stack.Add(false); break;
            case 'K': _stack.Add((long)Byte()); break;
            case 'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case 'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
            case '\x8a': _stack.Add(Long(Bytes(Byte()))); break;          // LONG1
            case 'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case 'X': _stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))); break;
            case '\x8c': _stack.Add(Text(Byte())); break;                 // SHORT_BINUNICODE
            case 'c': _stack.Add(new PickleGlobal(Line(), Line())); break;
            case '\x93': StackGlobal(); break;
            case '}': _stack.Add(new Dictionary<object, object?>()); break;
            case ']': _stack.Add(new List<object?>()); break;
            case ')': _stack.Add(Array.Empty<object?>()); break;
            case '\x85': Tuple(1); break;
            case '\x86': Tuple(2); break;
            case '\x87': Tuple(3); break;
            case 't': _stack.Add(SinceMark()); break;
            case 's': SetItems([.. Take(2)]); break;
            case 'u': SetItems(SinceMark()); break;
            case 'a': Top<List<object?>>().AddRange(Take(1)); break;
            case 'e': Append(SinceMark()); break;
            case 'q': _memo[Byte()] = Peek(); break;
            case 'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Peek(); break;
            case '\x94': _memo[_memo.Count] = Peek(); break;              // MEMOIZE
            case 'h': _stack.Add(Remembered(Byte())); break;
            case 'j': _stack.Add(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))); break;
            case 'Q': _stack.Add(new PickleReference(Pop() as object?[] ?? throw Broken("a storage is described by no tuple"))); break;
            case 'R': Reduce(); break;
            case 'b': Pop(); break;                                       // BUILD: attributes, such as a state dict's version numbers
            default: throw Broken($"it uses the operation 0x{code:x2}, which no file of tensors needs");
        }
    }

    private void Reduce()
    {
        var arguments = Pop() as object?[] ?? throw Broken("a call has no tuple of arguments");
        var callee = Pop() as PickleGlobal ?? throw Broken("it calls something that has no name");
        _stack.Add(PickleCalls.TryMake(callee, arguments, out var made)
            ? made
            : throw Broken($"it asks to call '{callee}'; only tensors are read, nothing is run. Convert the file with a program you trust to safetensors"));
    }

    private void StackGlobal()
    {
        var name = Pop() as string ?? throw Broken("a name is no text");
        _stack.Add(new PickleGlobal(Pop() as string ?? throw Broken("a module is no text"), name));
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0) throw Broken("a dictionary has a key without a value");
        var target = Top<Dictionary<object, object?>>();
        for (var i = 0; i < items.Length; i += 2) target[items[i] is string or long ? items[i]! : throw Broken("a dictionary's key is neither text nor number")] = items[i + 1];
    }

    private void Append(object?[] items) => Top<List<object?>>().AddRange(items);

    private void Tuple(int count) => _stack.Add(Take(count).ToArray());

    private List<object?> Take(int count)
    {
        if (_stack.Count < count) throw Broken("it takes more from its stack than is there");
        var taken = _stack.GetRange(_stack.Count - count, count);
        if (taken.Contains(Mark)) throw Broken("it takes a mark for a value");
        _stack.RemoveRange(_stack.Count - count, count);
        return taken;
    }

    private object?[] SinceMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0) throw Broken("it has no mark");
        var items = _stack[(mark + 1)..].ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private object? Pop() => Take(1)[0];

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Broken("its stack is empty");

    private T Top<T>() => Peek() is T value ? value : throw Broken($"it fills something that is no {typeof(T).Name}");

    private object? Remembered(long key) => _memo.TryGetValue(key, out var value) ? value : throw Broken($"it recalls the value {key}, which it never kept");

    private static object Long(byte[] bytes)
    {
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    private string Text(long length) => length <= LongestText
        ? Encoding.UTF8.GetString(Bytes((int)length))
        : throw Broken($"a text has {length} bytes; {LongestText} are possible");

    private string Line()
    {
        var text = new StringBuilder();
        for (var next = Byte(); next != '\n'; next = Byte())
        {
            if (text.Length == LongestText) throw Broken("a name does not end");
            text.Append((char)next);
        }

        return text.ToString();
    }

    private byte Byte()
    {
        var value = input.ReadByte();
        return value >= 0 ? (byte)value : throw Broken("it ends early");
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        return input.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count ? bytes : throw Broken("it ends early");
    }

    private CheckpointException Broken(string reason) => new($"'{file}' is no checkpoint of tensors: {reason}.");
}
