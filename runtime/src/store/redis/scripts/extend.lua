-- KEYS: session
-- ARGV: version, expiry that was seen, new expiry, second to keep it until, prefix of indexes, digits of
-- the session's key
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local version, expires, user = unpack(redis.call('HMGET', KEYS[1], 'version', 'expires', 'user_digest'))
if version ~= ARGV[1] or not user then
  return -1
end
if expires ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'expires', ARGV[3])
redis.call('EXPIREAT', KEYS[1], ARGV[4])
enlist(ARGV[5] .. user, ARGV[6], ARGV[4])
return 1
