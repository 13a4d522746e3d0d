-- KEYS: session
-- ARGV: prefix of indexes, digits of the session's key
local user = redis.call('HGET', KEYS[1], 'user_digest')
if user then
  redis.call('ZREM', ARGV[1] .. user, ARGV[2])
end
return redis.call('DEL', KEYS[1])
