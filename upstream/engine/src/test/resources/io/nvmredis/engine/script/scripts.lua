return 1
return 'x'
return nil
return true
return false
return {}
return {1,2,3.7,'x',false,true,nil,9}
return {1,{2,{3,'z'}}}
return {ok='FINE'}
return {err='MY error'}
return {err='noCode'}
return {double=3.25}
return {map={a=1}}
return {set={a=true}}
return {big_number='12345678901234567890'}
return {verbatim_string={string='hi',format='txt'}}
return {ok='two\r\nlines'}
return 3.99
return -3.99
return 2^53
return -2^63
return 1e300
return {KEYS[1],KEYS[2],ARGV[1],ARGV[2],ARGV[3],#KEYS,#ARGV}
return {KEYS[3],1}
return print
return function() end
return _VERSION
return type(_G)
return tostring(nil)..tostring(true)..tostring(12)..tostring(1.5)
return tostring(1e15)..' '..tostring(1e14)..' '..tostring(123456789012345678)
return tostring(0.1)..' '..tostring(1/3)..' '..tostring(-0.5)..' '..tostring(1e-5)..' '..tostring(100)
return tostring(1/0)..' '..tostring(-1/0)..' '..tostring(0/0)
return 0.1 .. ''
return 1e15 .. '|' .. 2^31 .. '|' .. -2^31 .. '|' .. 1e100
return 10 .. 20
return '10'+5
return '0x10'+0
return ' 10 '*2
return 10/4
return 7%3 .. '|' .. -7%3 .. '|' .. 7%-3 .. '|' .. 5.5%2
return 2^10 .. ''
return 1 == 1.0
return '1' == 1
return 'a' < 'b'
return not nil
return #'hello'
return #{1,2,3}
return tonumber('10')..'|'..tonumber('  5  ')..'|'..tonumber('1e2')..'|'..tonumber('0x1F')..'|'..tostring(tonumber('abc'))
return tostring(tonumber(''))..tostring(tonumber('1 2'))..tostring(tonumber('.5'))..tostring(tonumber('5.'))..tostring(tonumber('1e'))
return tonumber('ff',16)..'|'..tonumber('777',8)..'|'..tonumber('zz',36)..'|'..tostring(tonumber('9',8))
return tonumber('10',99)
return tonumber()
return tostring()
return type()
return select('#',1,nil,3)
return {select(2,'a','b','c')}
return {select(-1,'a','b','c')}
return {select(0,'a')}
return {unpack({1,2,3})}
return {unpack({1,2,3},2)}
return {unpack({1,2,3},2,5)}
return {unpack({},1,1e8)}
return {unpack('x')}
return next({})
return {next({10})}
local t={} for i,v in ipairs({5,6,nil,7}) do t[#t+1]=v end return t
local t={} for k,v in pairs({a=1}) do t[#t+1]=k t[#t+1]=v end return t
return rawequal('a','a')
return rawget({5},1)
local t={} rawset(t,1,'v') return t
rawset({},nil,1)
local t={} t[nil]=1
local t={} t[0/0]=1
return {pcall(error,'x')}
return {pcall(error)}
return {pcall(error,{err='E x'})}
return {pcall(function() error('msg') end)}
return {pcall(function() error('msg',0) end)}
return {pcall(function() error('msg',2) end)}
return {pcall(function() return 1,2,3 end)}
return {pcall(nil)}
return {xpcall(function() error('x') end, function(e) return 'handled: '..e end)}
return {xpcall(function() return 5 end, function(e) return e end)}
error('boom')
error('boom',0)
error('boom',2)
error({err='MYERR custom'})
error({err='nocode'})
error(42)
assert(false)
assert(false,'because')
assert(nil,'nothing')
return {assert(1,2,3)}
return assert()
return undefined
undefined=1
function f() end
_G.x=1
_G['print']
return rawget(_G,'nothing')
rawset(_G,'x',1)
setmetatable(_G,{})
return getmetatable(_G) == nil
getmetatable(_G).__index=nil
string.rep=nil
string.new=1
redis.call=nil
cjson.encode=1
getmetatable('').__index=1
return type(getmetatable(''))
return getmetatable('').__index == string
setmetatable('x',{})
return getmetatable(1)
return getmetatable({})
local t=setmetatable({},{__metatable='locked'}) return getmetatable(t)
local t=setmetatable({},{__metatable='locked'}) setmetatable(t,nil)
local t=setmetatable({},{__index=function(t,k) return k..'!' end}) return t.abc
local t=setmetatable({},{__call=function(self,a) return a*2 end}) return t(21)
local t=setmetatable({},{__add=function(a,b) return 'added' end}) return t+1
local t=setmetatable({},{__concat=function(a,b) return 'joined' end}) return t..'x'
local t=setmetatable({},{__tostring=function() return 'me' end}) return tostring(t)
local t=setmetatable({},{__eq=function() return true end}) local u=setmetatable({},getmetatable(t)) return t==u
local t=setmetatable({},{__lt=function() return true end}) return t<t
local t=setmetatable({},{__newindex=function(t,k,v) rawset(t,k,v..'?') end}) t.a='b' return t.a
local x=nil return x.y
local x=nil return x.y.z
local x={} return x.y.z
local x={} x.y.z=1
local x={} x.y()
local x={} x:y()
undefinedfunction()
local x=5 x()
return ('x')()
return {} + 1
return 'a' + 1
local a={} return a.b + 1
return {}..'x'
local a return a..'x'
return 1 < 'x'
return {} < {}
return nil > 1
return #5
return -{}
for i='a',2 do end
for i=1,10,0 do return i end
local function f() return f() + 1 end return f()
local t={} for i=1,3 do t[i]=function() return i end end return {t[1](),t[2](),t[3]()}
local n=0 for i=10,1,-3 do n=n+i end return n
local n=0 while true do n=n+1 if n>5 then break end end return n
local n=0 repeat n=n+1 until n>=3 return n
return loadstring('return 1+1')()
return {loadstring('return +')}
return {loadstring('x=','chunk')}
return {loadstring('x=','@chunk')}
return {loadstring('x=','=chunk')}
return {loadstring(string.char(27)..'Lua')}
loadstring('y=1')()
loadstring('error("in")')()
return load(function() return nil end) ~= nil
local n=0 return load(function() n=n+1 if n==1 then return 'return 7' end end)()
return type(string.dump)
local ok,e=pcall(loadstring) return e
return {string.byte('abc',1,-1)}
return {string.byte('abc',10)}
return string.char(72,105)
return string.char(256)
return string.char()
return string.rep('ab',3)
return string.rep('ab',0)..string.rep('ab',-1)
return string.rep()
return ('x'):rep(3)
return string.reverse('abc')..string.upper('aBc')..string.lower('AbC')
return string.len('\0a\0')
return string.sub('hello',2,3)..'|'..string.sub('hello',-3)..'|'..string.sub('hello',0)..'|'..string.sub('hello',10)..'|'..string.sub('hello',-100,2)
return string.sub('hello',2,-2)
return {string.find('hello world','o w')}
return {string.find('hello','l')}
return {string.find('hello','xyz')}
return {string.find('hello','')}
return {string.find('hello','',10)}
return {string.find('a.b','.',1,true)}
return {string.find('a.b','%.')}
return {string.find('  x','^%s*')}
return {string.find('key=val','(%w+)=(%w+)')}
return {string.find('abc','()b()')}
return string.match('2024-01-02','(%d+)-(%d+)')
return {string.match('2024-01-02','(%d+)-(%d+)-(%d+)')}
return string.match('hello','l+')
return string.match('[[x]]','%[%[(.-)%]%]')
return string.match('f(a(b)c)d','%b()')
return string.match('THE (quick) fox','%f[%a]%a+')
return string.match('abab','(ab)%1')
return string.match('x','(')
return string.match('x','%')
return string.match('x','[a')
return string.match('x',')')
return string.match('x','%1')
return string.match('abc]','[]]')
return string.match('a-b','[a%-]+')
return string.match('a^b','[%^]')
return string.match('0x1F','^0[xX](%x+)$')
return string.match('\0\1','%z')
return string.match('hello.lua','^(.*)%.(%a+)$')
return {string.gsub('hello','l','L')}
return {string.gsub('hello','l','L',1)}
return {string.gsub('hello','','-')}
return {string.gsub('hello world','%w+','<%0>')}
return {string.gsub('hello world','(%w+) (%w+)','%2 %1')}
return {string.gsub('$name is $age','%$(%w+)',{name='Bob',age=5})}
return {string.gsub('abc','%w',function(c) return c:upper()..'.' end)}
return {string.gsub('abc','b',function() return false end)}
return {string.gsub('abc','b',function() return {} end)}
return {string.gsub('abc','(b)','%2')}
return {string.gsub('abc','b','%')}
return {string.gsub('abc','^a','x')}
return string.gsub('abc','b')
local t={} for k,v in string.gmatch('a=1, b=2','(%w+)=(%w+)') do t[#t+1]=k..v end return t
local t={} for w in ('one two'):gmatch('%a+') do t[#t+1]=w end return t
local t={} for p in ('abc'):gmatch('()') do t[#t+1]=p end return t
return string.format('%d %5d|%-5d|%05d|%+d',1,2,3,4,5)
return string.format('%i %u %c %x %X %o',1,2,65,255,255,8)
return string.format('%x %u',-1,-1)
return string.format('%f %.2f %10.3f %e %E',1.5,2.345,3.14159,12345.678,0.00012)
return string.format('%g %g %g %g',1e20,0.1,100000,1000000)
return string.format('%s %s %s','a',1,1.5)
return string.format('%10s|%-10s|%.2s','hi','hi','hello')
return string.format('%q','a "quoted"\n\\ \0 \r')
return string.format('%%')
return string.format('%d','10')
return string.format('%d','x')
return string.format('%d')
return string.format('%y',1)
return string.format('%',1)
return string.format('%s',nil)
return string.format('%s',{})
return string.format('%2000000000d',1)
return string.format('%.123d',1)
return string.format('%.14g %.17g %.3g',0.1,0.1,1234567)
return string.format('%#x %#o % d',255,8,5)
return string.format('%5.1f|%-8.2f|%08.3f',1.25,1.255,-1.5)
return string.format('%.0f %.0f %.0f',0.5,1.5,2.5)
return string.format('%g %f',1/0,-1/0)
return string.format('%s',string.rep('x',200))
return string.format('%a',1)
return table.concat({1,2,3})
return table.concat({1,2,3},', ')
return table.concat({'a','b','c'},'-',2,3)
return table.concat({},'x')
return table.concat({1,{},3})
return table.concat({1.5,2,1e15},' ')
local t={1,2,3} table.insert(t,4) return t
local t={1,2,3} table.insert(t,1,0) return t
local t={1,2,3} table.insert(t,2,'x') return t
local t={1,2,3} table.insert(t) return t
local t={1,2,3} table.insert(t,1,2,3) return t
local t={1,2,3} return {table.remove(t),#t}
local t={1,2,3} return {table.remove(t,1),t[1],#t}
local t={} return {table.remove(t),#t}
local t={3,1,2} table.sort(t) return t
local t={3,1,2} table.sort(t,function(a,b) return a>b end) return t
local t={'b','a','c'} table.sort(t) return t
local t={1,'a'} table.sort(t) return t
local t={3,2,1,5,4,9,8,7} table.sort(t,function(a,b) return true end) return 1
local t={} for i=1,100 do t[i]=(i*37)%101 end table.sort(t) return t
return table.maxn({1,2,[10]=3})
return table.getn({1,2,3})
table.setn({},1)
local t={} table.foreach({a=1},function(k,v) t[#t+1]=k..v end) return t
local t={} table.foreachi({5,6},function(k,v) t[#t+1]=k*v end) return t
table.insert(_G,1)
table.sort(redis)
return {math.abs(-5),math.ceil(1.2),math.floor(-1.2),math.max(1,5,3),math.min(2,-1)}
return tostring(math.pi)..' '..tostring(math.huge)..' '..tostring(-math.huge)
return {tostring(math.sqrt(2)),tostring(math.sin(1)),tostring(math.cos(1)),tostring(math.tan(1)),tostring(math.exp(1)),tostring(math.log(10)),tostring(math.log10(1000))}
return {tostring(math.fmod(7,3)),tostring(math.fmod(-7,3)),tostring(math.mod(7,3)),tostring(math.pow(2,0.5))}
return {tostring(math.modf(3.7)),tostring(select(2,math.modf(-3.7)))}
return {tostring(math.frexp(10)),select(2,math.frexp(10)),math.ldexp(0.5,4)}
return {tostring(math.deg(math.pi)),tostring(math.rad(180)),tostring(math.atan2(1,2)),tostring(math.sinh(1))}
math.randomseed(42) return {tostring(math.random()),math.random(1000)}
return math.random(0)
return math.random(5,1)
return math.random(1,2,3)
return math.max()
return math.floor('x')
return math.floor('3.7')
return {bit.tobit(0xffffffff),bit.tobit(2^32+5),bit.bnot(0),bit.band(0xff,0x0f,0x3),bit.bor(1,2,4),bit.bxor(5,1)}
return {bit.lshift(1,31),bit.lshift(1,32),bit.rshift(-1,28),bit.arshift(-16,2),bit.rol(0x12345678,8),bit.ror(0x12345678,8),bit.bswap(0x12345678)}
return {bit.tohex(255),bit.tohex(255,4),bit.tohex(255,-4),bit.tohex(-1)}
return bit.band('x')
return bit.tobit(1.5) .. '|' .. bit.tobit(2.5) .. '|' .. bit.tobit(-1.5)
return struct.pack('>I2h<dc0',258,-2,1.5,'ab')
return struct.pack('bBhHiIlL',1,2,3,4,5,6,7,8)
return struct.pack('<i3>i3',-2,-2)
return struct.pack('!4bi',1,2)
return struct.pack('s','abc')
return struct.pack('c5','abc')
return struct.pack('fd',0.5,0.25)
return struct.pack('z')
return struct.pack('i33',1)
return {struct.unpack('>I2h','\1\2\255\254')}
return {struct.unpack('s','abc\0def')}
return {struct.unpack('s','abc')}
return {struct.unpack('I1c0','\3abcd')}
return {struct.unpack('c0','abc')}
return {struct.unpack('i4','abc')}
return {struct.unpack('i4','abcdefgh',5)}
return {struct.unpack('i4','abcdefgh',0)}
return {tostring(select(1,struct.unpack('d',struct.pack('d',1.5)))),tostring(select(1,struct.unpack('<L','\255\255\255\255\255\255\255\255')))}
return {struct.size('i4d'),struct.size('!8bd'),struct.size('bhl')}
return struct.size('s')
return struct.size('c0')
return struct.unpack('i99999999999','x')
return cmsgpack.pack({1,2,3})
return cmsgpack.pack('abc',-7,1.5,true,false,nil,{a=1},0.1)
return cmsgpack.pack(127,128,255,256,65535,65536,2^32-1,2^32,2^53)
return cmsgpack.pack(-1,-32,-33,-128,-129,-32768,-32769,-2^31,-2^31-1)
return cmsgpack.pack(string.rep('x',31)) .. cmsgpack.pack(string.rep('x',32)):sub(1,3) .. cmsgpack.pack(string.rep('x',256)):sub(1,4)
return cmsgpack.pack({})
return cmsgpack.pack({[1]=1,[3]=3}):len()
return cmsgpack.pack()
return {cmsgpack.unpack(cmsgpack.pack(1,'x',2.5,{1,2}))}
return cmsgpack.unpack(cmsgpack.pack({1,2,'x',{a=true}}))[3]
return {cmsgpack.unpack_one(cmsgpack.pack(1,2,3))}
return {cmsgpack.unpack_one(cmsgpack.pack(1,2,3),1)}
return {cmsgpack.unpack_one(cmsgpack.pack(1,2,3),2)}
return {cmsgpack.unpack_limit(cmsgpack.pack(1,2,3),2)}
return {cmsgpack.unpack_limit(cmsgpack.pack(1,2,3),2,1)}
return cmsgpack.unpack('\193')
return cmsgpack.unpack('\146\1')
return cmsgpack.unpack_one('x',5)
return cmsgpack.unpack_one('x',-5)
return {cmsgpack.unpack('')}
local t={} for i=1,20 do t={t} end return #cmsgpack.pack(t)
return cjson.encode({1,2,{a='b'}})
return cjson.encode('a"b\\c/d\n\t\1\127')
return cjson.encode({})
return cjson.encode(1.5)..cjson.encode(1e20)..cjson.encode(100)..cjson.encode(0.1)
return cjson.encode(nil)
return cjson.encode(cjson.null)
return cjson.encode({[1]=1,[2]=2,[3]=nil,[4]=4})
return cjson.encode({[1]='a',[100]='b'})
return cjson.encode({[1.5]='a'})
return cjson.encode({['1']='a'})
return cjson.encode(function() end)
return cjson.encode({[true]=1})
return cjson.encode(0/0)
return cjson.encode(1/0)
return cjson.encode()
return cjson.encode(1,2)
local t={} t.t=t return cjson.encode(t)
local t={} t[1]=t return cjson.encode(t)
cjson.encode_max_depth(2) local ok,e=pcall(cjson.encode,{{{}}}) cjson.encode_max_depth(1000) return e
cjson.encode_number_precision(3) local r=cjson.encode(3.14159) cjson.encode_number_precision(14) return r
cjson.encode_sparse_array(true) local r=cjson.encode({[100]=1}) cjson.encode_sparse_array(false) return r
cjson.encode_invalid_numbers(true) local r=cjson.encode(1/0) cjson.encode_invalid_numbers(false) return r
cjson.encode_invalid_numbers("null") local r=cjson.encode(0/0) cjson.encode_invalid_numbers(false) return r
return cjson.decode('[1,2.5,"x",true,false,null]')[3]
return cjson.decode('{"a":{"b":[1,2]}}').a.b[2]
return tostring(cjson.decode('null')==cjson.null)
return tostring(cjson.null)
return type(cjson.null)
return cjson.decode('"\\u00e9\\n\\/\\u4e2d\\ud83d\\ude00"')
return cjson.decode('{')
return cjson.decode('[1,')
return cjson.decode('[1 2]')
return cjson.decode('{"a" 1}')
return cjson.decode('{"a":1,}')
return cjson.decode('{a:1}')
return cjson.decode('nope')
return cjson.decode('1 2')
return cjson.decode('"abc')
return cjson.decode('"\\x"')
return cjson.decode('"\\ud800"')
return cjson.decode('')
return cjson.decode('-')
return cjson.decode('01')
return tostring(cjson.decode('1e5'))
return tostring(cjson.decode('-1.5e-3'))
return cjson.decode('0x10')
return cjson.decode(string.rep('[',1000)..string.rep(']',1000)) ~= nil
return cjson.decode(string.rep('[',1001)..string.rep(']',1001))
return cjson.decode('[' .. string.rep('[', 100000))
return cjson.decode()
return cjson.decode('a\0')
return cjson.encode(cjson.decode('[]'))
return cjson.new().encode({1})
local co=coroutine.create(function(a,b) local c=coroutine.yield(a+b) return c*2 end) return {select(2,coroutine.resume(co,1,2)),select(2,coroutine.resume(co,10)),coroutine.status(co)}
local f=coroutine.wrap(function() for i=1,3 do coroutine.yield(i) end end) return {f(),f(),f()}
local f=coroutine.wrap(function() error('inside') end) return f()
local co=coroutine.create(function() error({err='E tbl'}) end) local ok,e=coroutine.resume(co) return {tostring(ok),e.err}
local co=coroutine.create(function() end) coroutine.resume(co) return {coroutine.resume(co)}
local f=coroutine.wrap(function() end) f() f()
return coroutine.yield(1)
return type(coroutine.running())
local co=coroutine.create(function() return redis.call('GET','str') end) return {coroutine.resume(co)}
local co co=coroutine.create(function() return coroutine.status(co) end) return {coroutine.resume(co)}
local co co=coroutine.create(function() return coroutine.resume(co) end) return {coroutine.resume(co)}
return coroutine.create(1)
return coroutine.resume(1)
return redis.call('GET','str')
return redis.call('get','str')
return redis.call('GET','none')
return type(redis.call('GET','none'))
return redis.call('SET','a','b')
return redis.call('SET','a','b').ok
return redis.call('SET','a',1.5)
redis.call('SET','a',0.1) return redis.call('GET','a')
redis.call('SET','a',1e15) return redis.call('GET','a')
redis.call('SET','a',3.0) return redis.call('GET','a')
redis.call('SET','a',2^53) return redis.call('GET','a')
redis.call('SET','a',-1.25e-10) return redis.call('GET','a')
return redis.call('INCR','n')
return redis.call('INCR','n')+1
return redis.call('INCR','str')
return redis.pcall('INCR','str')
return redis.pcall('INCR','str').err
return type(redis.pcall('INCR','str'))
local r=redis.pcall('LPUSH','str','x') return {r.err}
redis.call('LPUSH','str','x')
return {pcall(redis.call,'LPUSH','str','x')}
local ok,e=pcall(redis.call,'LPUSH','str','x') return e.err
local ok,e=pcall(redis.call,'LPUSH','str','x') return type(e)
return redis.call('LRANGE','list',0,-1)
return redis.call('HGETALL','hash')
return redis.call('HMGET','hash','f','none')
return #redis.call('HMGET','hash','f','none')
return redis.call('MGET','str','none','str')
return redis.call('ZRANGE','zset',0,-1,'WITHSCORES')
return redis.call('SMEMBERS','set')
return redis.call('EXISTS','str','none')
return redis.call('ECHO','x')
return redis.call('DBSIZE')
return redis.call('KEYS','s*')[1] ~= nil
return #redis.call('SCAN',0)
return redis.call('NOSUCH')
return redis.pcall('NOSUCH')
return redis.call('GET')
return redis.call('GET','a','b')
return redis.pcall('GET')
return redis.call()
return redis.pcall()
return redis.call('GET',{})
return redis.call('GET',nil)
return redis.call('GET',true)
return redis.call({})
return redis.call('EVAL','return 1',0)
return redis.call('BLPOP','list',0)
return redis.call('MULTI')
return redis.call('EXEC')
return redis.call('WATCH','a')
return redis.call('SUBSCRIBE','c')
return redis.call('AUTH','x')
return redis.call('CONFIG','GET','x')
return redis.call('CLIENT','ID')
return redis.call('SCRIPT','FLUSH')
return redis.call('SHUTDOWN')
return redis.call('SAVE')
return redis.call('DEBUG','SLEEP',0)
return redis.call('HELLO')
return redis.call('WAIT',0,0)
return redis.call('SELECT',1)
redis.call('SELECT',1) return redis.call('DBSIZE')
return redis.call('PUBLISH','c','m')
return redis.error_reply('MY own')
return redis.error_reply('single')
return redis.error_reply('-WITH dash')
return redis.error_reply('-single')
return redis.error_reply()
return redis.error_reply(1)
return redis.error_reply('a\r\n')
return redis.error_reply('x').err
return redis.status_reply('FINE')
return redis.status_reply('FINE').ok
return redis.status_reply()
return redis.sha1hex('')
return redis.sha1hex('abc')
return redis.sha1hex()
return redis.sha1hex(12)
return redis.sha1hex('a','b')
return redis.log(redis.LOG_NOTICE,'hello')
return redis.log()
return redis.log('x','y')
return redis.log(10,'y')
return redis.setresp(3)
return redis.setresp(4)
return redis.setresp()
return redis.set_repl(redis.REPL_ALL)
return redis.set_repl(100)
return redis.set_repl()
return redis.replicate_commands()
return redis.breakpoint()
return redis.REDIS_VERSION_NUM > 0
return {redis.LOG_DEBUG,redis.LOG_VERBOSE,redis.LOG_NOTICE,redis.LOG_WARNING,redis.REPL_NONE,redis.REPL_AOF,redis.REPL_SLAVE,redis.REPL_REPLICA,redis.REPL_ALL}
return redis.acl_check_cmd('GET','x')
return redis.acl_check_cmd('NOSUCH')
return redis.acl_check_cmd()
return redis.nosuch
return redis.nosuch()
redis.call('SET','partly','done') error('after')
redis.call('SET','partly','done') redis.call('INCR','str')
redis.call('SET',string.sub('xxkey',3),string.sub('xxvalue',3)) return redis.call('GET','key')
return collectgarbage('collect')
return collectgarbage('nonsense')
return type(gcinfo())
return type(os)
return io
return rawget(_G,'debug')
return rawget(_G,'package')
return require
return dofile
return loadfile
return getfenv
return setfenv
return newproxy
return module
return __redis__err__handler('x').err
this is no lua
return 'unfinished
return 'a' .. 
x = = 1
for
end
if true then return 1
return (1
return {1,2
return 1 return 2
#!lua\nreturn 1
#!lua flags=no-writes\nreturn redis.call('GET','str')
#!lua flags=no-writes\nreturn redis.call('SET','str','x')
#!lua flags=nonsense\nreturn 1
#!lua nonsense\nreturn 1
#!python\nreturn 1
#!lua
--[[ comment ]] return 1 -- end
local a <const> = 1 return a
\n\nerror('third line')
local t = {}\nt.x.y = 1
local function f()\nerror('in f')\nend\nf()
return redis.pcall('EVAL','x',0).err
return {pcall(string.rep)}
return {pcall(string.rep,'x',-1)}
return {pcall(cjson.decode,'{')}
local ok,e=pcall(function() local x=nil; return x.y end) return e
local ok,e=pcall(function() return undefinedvar end) return e
local ok,e=pcall(function() return string.nosuch() end) return e
return string.format('%s %s',1,2,3)
return #ARGV[1]..ARGV[1]
local s='' for i=1,100 do s=s..i end return s
local a,b,c=1 return {tostring(a),tostring(b)}
local t={f=function(self,x) return x+1 end} return t:f(1)
local t={[1]='a',[2]='b',x=1} return {#t,t.x}
return {(function(...) return select('#',...) end)(1,nil,nil)}
return (function(...) local t={...} return #t end)(1,2,3)
local function v(...) return ... end return {v(1,2),v(3,4)}
return 'a\65\066\t\\\'\"'
return [[long
return [==[x]]y]==]
return 0xff
return 1e3
return 3 .. ''
return 5 // 2
return 5 & 3
return nil == false
return 1 and 2 or 3
return false and error('x') or 'short'
