-- KEYS: session, index of its user
-- ARGV: digits of the session's key, second to keep it until, fields and values ..
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('EXPIREAT', KEYS[1], ARGV[2])
enlist(KEYS[2], ARGV[1], ARGV[2])
return 1
