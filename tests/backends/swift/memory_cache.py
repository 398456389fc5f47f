"""A cache for a proxy of one process, in place of memcached: what tempauth keeps its tokens in."""
import time


class Cache:
    def __init__(self):
        self.values = {}  # key -> (until, value); bounded below

    def get(self, key, **_):
        until, value = self.values.get(key, (0, None))
        return value if until > time.time() else None

    def set(self, key, value, time=0, **_):  # noqa: A002: the name of memcached's client
        if len(self.values) > 100000:
            self.values.clear()
        self.values[key] = (_now() + (time or 86400), value)

    def delete(self, key, **_):
        self.values.pop(key, None)

    def incr(self, key, delta=1, time=0, **_):
        value = int(self.get(key) or 0) + delta
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0, **_):
        return self.incr(key, -delta, time)

    def get_multi(self, keys, *_, **__):
        return [self.get(key) for key in keys]

    def set_multi(self, mapping, *_, time=0, **__):
        for key, value in mapping.items():
            self.set(key, value, time=time)


def _now():
    return time.time()


def filter_factory(global_conf, **_):
    cache = Cache()

    def make(app):
        def call(env, start_response):
            env["swift.cache"] = cache
            return app(env, start_response)
        return call
    return make
