//! What Redis does in one step: each script's keys share a slot of a cluster.

/// Notes one more key of an owner, and names those that are too many, oldest first.
/// KEYS: the owner's list. ARGV: the key, the limit, how long to keep the list in seconds.
pub(super) const NOTE: &str = r"
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000000 + time[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if surplus <= 0 then return {} end
local oldest = redis.call('ZRANGE', KEYS[1], 0, surplus - 1)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, surplus - 1)
return oldest
";

/// Forgets a key of an owner. KEYS: the owner's list. ARGV: the key.
pub(super) const FORGET: &str = "return redis.call('ZREM', KEYS[1], ARGV[1])";

/// Takes an attempt and leaves an outcome, or finds the outcome that was left.
/// KEYS: the attempt, its outcome. ARGV: the outcome, how long to keep it in seconds.
pub(super) const TAKE_ATTEMPT: &str = r"
local attempt = redis.call('GETDEL', KEYS[1])
if attempt then
  redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
  return {'attempt', attempt}
end
local outcome = redis.call('GET', KEYS[2])
if outcome then return {'outcome', outcome} end
return {}
";

/// The keys of an owner. KEYS: the owner's list.
pub(super) const LIST: &str = "return redis.call('ZRANGE', KEYS[1], 0, -1)";

/// Gives a lock back, if it is still its owner's. KEYS: the lock. ARGV: the owner.
pub(super) const UNLOCK: &str = r"
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
";
