# compression.zstd: dictionaries made from samples.
from compression import zstd

samples = [b"a line of text, the %d-th of many; its square is %d" % (i, i * i) for i in range(400)]


def message(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("it did not fail")


def test_a_trained_dictionary_helps():
    trained = zstd.train_dict(samples, 2000)
    assert 256 <= len(trained) <= 2000 and trained.dict_id != 0
    with_it = zstd.compress(samples[7], zstd_dict=trained)
    assert len(with_it) < len(zstd.compress(samples[7]))
    assert zstd.decompress(with_it, zstd_dict=trained) == samples[7]


def test_chosen_content_is_finished():
    raw = zstd.ZstdDict(b"".join(samples[:20]), is_raw=True)
    finished = zstd.finalize_dict(raw, samples, 2000, level=10)
    assert finished.dict_id != 0 and samples[3] in finished.dict_content


def test_what_cannot_be_trained():
    assert message(ValueError, zstd.train_dict, samples, 0) == "dict_size argument should be positive number."
    assert message(zstd.ZstdError, zstd.train_dict, samples, 10) == (
        "Unable to train the Zstandard dictionary: Destination buffer is too small"
    )
    assert "Src size is incorrect" in message(zstd.ZstdError, zstd.train_dict, [b"x"], 1000)
    import _zstd

    for sizes in (5,), (2**70,), (-1, 4):
        assert message(ValueError, _zstd.train_dict, b"abc", sizes, 1000) == (
            "The samples size tuple doesn't match the concatenation's size."
        )


for name in [name for name in globals() if name.startswith("test_")]:
    globals()[name]()
