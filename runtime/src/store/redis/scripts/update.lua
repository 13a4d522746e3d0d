-- KEYS: session
-- ARGV: version, user
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then
  return -1
end
redis.call('HSET', KEYS[1], 'user', ARGV[2])
return 1
