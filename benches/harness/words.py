"""The words that the articles are made of: our own, no text of anybody else's."""

EN_STEMS = """
market minister river bridge council harvest engine signal garden border library museum harbour
ticket winter valley station budget teacher student doctor patient hospital factory worker farmer
artist painter singer player keeper record season summit treaty reform ballot district village
capital region island desert forest mountain glacier current tunnel railway airport runway vessel
cargo container customs tariff invoice ledger pension salary auction gallery archive manuscript
festival theatre orchestra novel chapter journal editor column witness lawyer judge verdict appeal
statute charter senate chamber mayor deputy envoy embassy refugee shelter blanket kitchen oven
flour sugar pepper olive orange lemon cotton copper silver carbon oxygen battery turbine reactor
panel circuit sensor satellite rocket telescope crater comet planet orbit vaccine virus clinic
surgery nurse therapy muscle pulse nutrient soil drought flood storm rainfall canal reservoir well
pipeline drill barrel refinery grid meter cable tower antenna network server database keyboard
""".split()
EN_ENDINGS = ("", "s", "-led", "-based", " plan", " office", " report", " group")
EN_SMALL = """
the a of in to and for with on at by from after before under over between against during without
near this that its their new old first second last recent early late local national public private
open small large quiet former joint annual daily rising falling said will would could may has had
was were opened closed began ended grew fell moved reached agreed refused promised signed measured
""".split()

AR_STEMS = """
سوق وزير نهر جسر مجلس حصاد محرك إشارة حديقة حدود مكتبة متحف ميناء تذكرة شتاء واد محطة ميزانية معلم طالب
طبيب مريض مستشفى مصنع عامل مزارع فنان رسام مغن لاعب حارس سجل موسم قمة معاهدة إصلاح اقتراع حي قرية عاصمة
إقليم جزيرة صحراء غابة جبل تيار نفق قطار مطار مدرج سفينة شحنة حاوية جمارك تعرفة فاتورة دفتر معاش راتب
مزاد معرض أرشيف مخطوط مهرجان مسرح فرقة رواية فصل صحيفة محرر عمود شاهد محام قاض حكم استئناف قانون ميثاق
برلمان قاعة عمدة نائب مبعوث سفارة لاجئ مأوى بطانية مطبخ فرن دقيق سكر فلفل زيتون برتقال ليمون قطن نحاس
فضة كربون بطارية توربين مفاعل لوح دائرة مجس قمر صاروخ مرصد فوهة مذنب كوكب مدار لقاح فيروس عيادة جراحة
ممرض علاج عضلة نبض غذاء تربة جفاف فيضان عاصفة أمطار قناة خزان بئر أنبوب حفر برميل مصفاة شبكة عداد برج
""".split()
AR_OPENINGS = ("", "ال", "وال", "بال", "لل", "كال", "و", "ب")
AR_SMALL = """
في من إلى على عن مع بعد قبل خلال بين تحت فوق ضد دون قرب هذا هذه ذلك تلك التي الذي قد لم لن كان كانت أصبح
صار بدأ انتهى ارتفع انخفض وصل اتفق رفض وعد وقّع قاس أعلن أكد أوضح أضاف قال قالت جديد قديم أول ثان أخير
مبكر متأخر محلي وطني عام خاص مفتوح صغير كبير هادئ سابق مشترك سنوي يومي متزايد حتى لكن أو ثم كما حيث عندما
""".split()

# What rare and middling words are coined of: no Arabic word has such syllables one after another, and none of them
# begins like a particle or ends like a plural.
LATIN_LETTERS, ARABIC_LETTERS = "srtdhjzgqm", "سرطدحجزغقم"


def coined(number: int, language: str) -> str:
    """A word that nobody else has, in the script of the language: the same number, the same word."""
    letters, first, second = (ARABIC_LETTERS, "ا", "و") if language == "ar" else (LATIN_LETTERS, "a", "o")
    digits = f"{number:06d}"
    return "".join(letters[int(digit)] + (second if at % 2 else first) for at, digit in enumerate(digits))


# English and Arabic of one name.
FIRST_NAMES = [
    pair.split("/")
    for pair in """
Layla/ليلى Karim/كريم Salma/سلمى Yusuf/يوسف Mariam/مريم Tariq/طارق Huda/هدى Samir/سمير Nadia/نادية
Bilal/بلال Rania/رانيا Hamza/حمزة Dalia/داليا Idris/إدريس Amal/أمل Faris/فارس Jamila/جميلة Majid/ماجد
Sara/سارة Nabil/نبيل Lina/لينا Waleed/وليد Asma/أسماء Rashid/راشد Farah/فرح Khalil/خليل Maha/مها
Ziad/زياد Hanan/حنان Anwar/أنور Suha/سهى Jalal/جلال Abeer/عبير Munir/منير Ghada/غادة Adel/عادل
Reem/ريم Basil/باسل Nour/نور Hatim/حاتم
""".split()
]
FAMILY_NAMES = [
    pair.split("/")
    for pair in """
Othman/عثمان Sindiyan/السنديان Haddad/حداد Najjar/نجار Sabbagh/صباغ Tijani/التيجاني Mansour/منصور
Khatib/الخطيب Bannani/البناني Shami/الشامي Zahrani/الزهراني Hilali/الهلالي Jaziri/الجزيري Rifai/الرفاعي
Kanaan/كنعان Sayegh/صايغ Barakat/بركات Darwish/درويش Fahmi/فهمي Ghanem/غانم Hamdan/حمدان Issawi/العيساوي
Jabr/جبر Kasim/قاسم Labib/لبيب Maliki/المالكي Nasir/ناصر Omari/العمري Qadri/القادري Rawi/الراوي
Salim/سليم Tamimi/التميمي Ubayd/عبيد Wahbi/وهبي Yasin/ياسين Zaki/زكي Atrash/الأطرش Bitar/البيطار
Dabbagh/الدباغ Farouq/فاروق
""".split()
]
PLACES = [
    pair.replace("_", " ").split("/")
    for pair in """
Wadi_Nour/وادي_النور Tell_Amber/تل_العنبر Ras_Hamam/رأس_الحمام Bir_Salam/بئر_السلام Ain_Zaytun/عين_الزيتون
Kafr_Rumman/كفر_الرمان Dayr_Najm/دير_النجم Jabal_Fajr/جبل_الفجر Marsa_Lulu/مرسى_اللؤلؤ Qasr_Yasmin/قصر_الياسمين
Bab_Rih/باب_الريح Sahl_Qamh/سهل_القمح Nahr_Dafa/نهر_الدفء Burj_Hilal/برج_الهلال Jazirat_Murjan/جزيرة_المرجان
Suq_Harir/سوق_الحرير Wahat_Nakhil/واحة_النخيل Khalij_Sadaf/خليج_الصدف Tariq_Qawafil/طريق_القوافل Sadd_Amal/سد_الأمل
""".split()
]
PARTS_OF_PLACES = [
    ("North", "شمال"),
    ("South", "جنوب"),
    ("Old", "قديم"),
    ("New", "جديد"),
    ("Upper", "أعلى"),
    ("Lower", "أسفل"),
]
BODIES = [
    ("Council", "مجلس"),
    ("University", "جامعة"),
    ("Bank", "مصرف"),
    ("Museum", "متحف"),
    ("Institute", "معهد"),
    ("Football Club", "نادي كرة القدم"),
    ("Press", "دار نشر"),
    ("Railway", "سكة حديد"),
    ("Port Authority", "هيئة ميناء"),
    ("Research Centre", "مركز بحوث"),
    ("Water Company", "شركة مياه"),
    ("Chamber of Commerce", "غرفة تجارة"),
]
OCCASIONS = [
    ("Book Fair", "معرض كتاب"),
    ("Marathon", "ماراثون"),
    ("Summit", "قمة"),
    ("Film Days", "أيام سينما"),
]
WORKS = [
    ("Chronicle of", "أخبار"),
    ("A Map of", "خريطة"),
    ("Songs from", "أغاني"),
    ("The Road to", "الطريق إلى"),
]
