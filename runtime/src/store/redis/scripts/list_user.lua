-- KEYS: index of the user
-- ARGV: prefix of sessions
local found = {}
for _, session in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local fields = redis.call('HGETALL', ARGV[1] .. session)
  if #fields > 0 then
    table.insert(found, {session, fields})
  end
end
return found
