-- KEYS: index of the user
-- ARGV: prefix of sessions
local ended = 0
for _, session in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  ended = ended + redis.call('DEL', ARGV[1] .. session)
end
redis.call('DEL', KEYS[1])
return ended
