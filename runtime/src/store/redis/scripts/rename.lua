-- KEYS: session, the same by its new key
-- ARGV: version, new expiry, second to keep it until, prefix of indexes, digits of the old key, digits of
-- the new key
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local version, user = unpack(redis.call('HMGET', KEYS[1], 'version', 'user_digest'))
if version ~= ARGV[1] or not user then
  return -1
end
if redis.call('RENAMENX', KEYS[1], KEYS[2]) == 0 then
  return 2
end
redis.call('HSET', KEYS[2], 'expires', ARGV[2])
redis.call('EXPIREAT', KEYS[2], ARGV[3])
redis.call('ZREM', ARGV[4] .. user, ARGV[5])
enlist(ARGV[4] .. user, ARGV[6], ARGV[3])
return 1
